using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Rooms;

namespace OpenPassage.Server.Events;

/// <summary>What happened to users.</summary>
internal static class EventsRoom
{
    public static Room Room { get; } = new("events")
    {
        Services = static services => services
            .AddSingleton<EventStore>()
            .AddSingleton<EventSearch>(),
        Tabs = [new("events", "Events", 20)],
    };
}
