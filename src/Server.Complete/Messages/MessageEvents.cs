using OpenPassage.Server.Events;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>What happens to messages to users.</summary>
internal static class MessageEvents
{
    public static readonly EventKind GivenUp = new(
        "message_given_up",
        EventAction.Other,
        "Message could not be delivered",
        "messages that could not be delivered");

    public static readonly IReadOnlyList<EventKind> All = [GivenUp];
}
