using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Ready.Picture;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Ready;

/// <summary>Passkey Ready: what devices can do, counted without personal data.</summary>
internal static class ReadyRoom
{
    public static Room Room { get; } = new("ready")
    {
        Services = static services => services
            .AddSingleton<PictureRows>()
            .AddSingleton<PictureReader>(),
        Routes = static routes => GetReadiness.Map(ManageRoom.Operations(routes, Audience.Server)),
        Schema = new RoomSchema("ready", typeof(ReadyRoom).Assembly),
        Json = PictureWire.Default,
        Tabs = [new("readiness", "Readiness", 5)],
    };
}
