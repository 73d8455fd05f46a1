using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sql;

namespace OpenPassage.Host.Serving;

/// <summary>The rooms of this program: those of every server, and the console.</summary>
internal static class ServedRooms
{
    public static IReadOnlyList<Room> All { get; } =
        [.. OpenPassageServer.Rooms, .. OpenPassageComplete.Rooms, .. OpenPassageReady.Rooms, OpenPassageConsole.Room];

    /// <summary>The tables of all of them, for commands that look at a database without serving it.</summary>
    public static Schema Schema { get; } = All.ToSchema();

    /// <summary>What an app can be set to, for commands that are made before anything is opened.</summary>
    public static AppSettings Settings { get; } = All.ToAppSettings();

    /// <summary>The kinds of events of all of them.</summary>
    public static EventKinds Events { get; } = All.ToEventKinds();
}
