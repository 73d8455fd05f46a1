using OpenPassage.Server;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sql;

namespace OpenPassage.Host.Serving;

/// <summary>The rooms of this program: those of every server, and the console.</summary>
internal static class ServedRooms
{
    public static IReadOnlyList<Room> All { get; } = [.. OpenPassageServer.Rooms, OpenPassageConsole.Room];

    /// <summary>The tables of all of them, for commands that look at a database without serving it.</summary>
    public static Schema Schema { get; } = new([.. All.Select(room => room.Schema).OfType<RoomSchema>()]);
}
