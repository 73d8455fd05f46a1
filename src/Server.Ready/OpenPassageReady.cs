using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Ready;
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

    /// <summary>Adds it.</summary>
    public static IServiceCollection AddOpenPassageReady(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        foreach (var room in Rooms)
            services.AddRoom(room);
        return services;
    }
}
