using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Ready;
using OpenPassage.Server.Ready.Settings;
using OpenPassage.Server.Rooms;

namespace OpenPassage.Server;

/// <summary>
/// Passkey Ready beside the server: <c>AddOpenPassageReady()</c> after <c>AddOpenPassage()</c>. <c>MapOpenPassage()</c> then maps its
/// operations too: reports of what devices can do, and the picture made of them.
/// </summary>
public static class OpenPassageReady
{
    /// <summary>What it takes in, in the order in which it starts.</summary>
    internal static IReadOnlyList<Room> Rooms { get; } = [ReadyRoom.Room];

    /// <summary>Adds it, configured from the section that the server has, such as <c>configuration.GetSection("OpenPassage")</c>.</summary>
    /// <exception cref="OptionsValidationException">Thrown at start, when a setting is wrong; the message names it.</exception>
    public static IServiceCollection AddOpenPassageReady(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.AddSingleton<IConfigureOptions<OpenPassageReadyOptions>>(new ReadySettings(section));
        return services.AddOpenPassageReady();
    }

    /// <summary>Adds it, configured in code.</summary>
    /// <exception cref="OptionsValidationException">Thrown at start, when a setting is wrong; the message names it.</exception>
    public static IServiceCollection AddOpenPassageReady(this IServiceCollection services, Action<OpenPassageReadyOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<OpenPassageReadyOptions>().Configure(configure);
        return services.AddOpenPassageReady();
    }

    /// <summary>Adds it with its defaults.</summary>
    public static IServiceCollection AddOpenPassageReady(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        foreach (var room in Rooms)
            services.AddRoom(room);
        return services;
    }
}
