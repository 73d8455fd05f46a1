using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Complete;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Settings;
using OpenPassage.Server.Rooms;

namespace OpenPassage.Server;

/// <summary>
/// Passkey Complete beside the server: <c>AddOpenPassageComplete()</c> after <c>AddOpenPassage()</c>. <c>MapOpenPassage()</c> then maps its
/// operations too, and apps may be of the type <c>complete</c>: accounts, tokens and sessions.
/// </summary>
public static class OpenPassageComplete
{
    /// <summary>What it takes in, in the order in which it starts.</summary>
    internal static IReadOnlyList<Room> Rooms { get; } = [MessagesRoom.Room, CompleteRoom.Room];

    /// <summary>Adds it, configured from the section that the server has, such as <c>configuration.GetSection("OpenPassage")</c>.</summary>
    /// <exception cref="OptionsValidationException">Thrown at start, when a setting is wrong; the message names it.</exception>
    public static IServiceCollection AddOpenPassageComplete(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.AddSingleton<IConfigureOptions<OpenPassageCompleteOptions>>(new ServerSettings(section));
        return services.AddRooms();
    }

    /// <summary>Adds it, configured in code.</summary>
    /// <exception cref="OptionsValidationException">Thrown at start, when a setting is wrong; the message names it.</exception>
    public static IServiceCollection AddOpenPassageComplete(this IServiceCollection services, Action<OpenPassageCompleteOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<OpenPassageCompleteOptions>().Configure(configure);
        return services.AddRooms();
    }

    private static IServiceCollection AddRooms(this IServiceCollection services)
    {
        foreach (var room in Rooms)
            services.AddRoom(room);
        return services;
    }
}
