using System.CommandLine;
using OpenPassage.Host.Commands;
using OpenPassage.Host.Terminals;
using OpenPassage.Server;
using OpenPassage.Server.Complete;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Ready;
using OpenPassage.Server.Rooms;

namespace OpenPassage.Host;

/// <summary>A room of this program, with its commands.</summary>
/// <param name="Room">What it brings to the server.</param>
/// <param name="Commands">What it brings to the command line, which the server knows nothing of.</param>
internal sealed record HostRoom(Room Room, params IReadOnlyList<Func<Terminal, Command>> Commands);

/// <summary>The rooms that have commands; all rooms are in <see cref="Serving.ServedRooms"/>.</summary>
internal static class HostRooms
{
    /// <summary>In the order in which help lists their commands.</summary>
    public static IReadOnlyList<HostRoom> All { get; } =
    [
        new(ManageRoom.Room, AppCommand.Make, KeyCommand.Make, UserCommand.Make, DeviceCommand.Make, EventCommand.Make, AuditCommand.Make),
        new(CompleteRoom.Room, SessionCommand.Make, SigningKeyCommand.Make, MessageCommand.Make),
        new(ReadyRoom.Room, ReadinessCommand.Make),
        new(OpenPassageConsole.Room, OperatorCommand.Make),
        new(Platform.Room, Backup.Make, RestoredCommand.Make, SchemaCommand.Make),
    ];
}
