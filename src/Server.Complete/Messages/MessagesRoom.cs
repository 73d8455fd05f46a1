using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>Mail and text messages: written with what they tell of, and sent a moment later. It knows neither codes nor links.</summary>
internal static class MessagesRoom
{
    public static Room Room { get; } = new("messages")
    {
        Services = static services => services
            .AddSingleton<Outbox>()
            .AddSingleton<Sends>()
            .AddSingleton<MessageBudgets>()
            .AddSingleton<ReachableNumbers>(),
        Schema = new RoomSchema("messages", typeof(MessagesRoom).Assembly),
        Owned = [new("outbox", "message_id", IsOfUsers: true)],
        Events = MessageEvents.All,
    };
}
