using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Ready;

/// <summary>Passkey Ready: what devices can do, counted without personal data.</summary>
internal static class ReadyRoom
{
    public static Room Room { get; } = new("ready")
    {
        Schema = new RoomSchema("ready", typeof(ReadyRoom).Assembly),
    };
}
