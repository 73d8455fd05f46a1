using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>A way by which messages go. There is one for each kind of identifier.</summary>
internal interface ICarrier
{
    /// <summary>The word of the kind of identifier that it reaches.</summary>
    string Channel { get; }

    /// <summary>How many messages it carries at once.</summary>
    int AtOnce { get; }

    /// <summary>Hands a message over, once.</summary>
    /// <param name="app">Whose message.</param>
    /// <param name="id">The message's own, the same at every attempt.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the attempt: too much time has gone, or the server stops.</param>
    Task<HandOver> CarryAsync(App app, string id, Message message, CancellationToken cancellationToken);

    /// <summary>Gives back what it has kept open and has not needed for a while. Called while it carries nothing.</summary>
    ValueTask RestAsync(CancellationToken cancellationToken);
}

internal enum HandOverResult
{
    /// <summary>Whoever took it has taken charge of it.</summary>
    Sent,

    /// <summary>Not now: this message is tried again later.</summary>
    Postponed,

    /// <summary>Not at all: its receiver does not exist, or takes no messages.</summary>
    Refused,

    /// <summary>Nothing goes this way now, whoever it is for.</summary>
    Away,
}

/// <summary>What came of handing a message over.</summary>
/// <param name="Result">In one word.</param>
/// <param name="Error">Why not, in our own words: what servers answer may hold addresses. Empty: it was sent.</param>
internal readonly record struct HandOver(HandOverResult Result, string Error = "")
{
    public static readonly HandOver Sent = new(HandOverResult.Sent);

    public static HandOver Postponed(string error) => new(HandOverResult.Postponed, error);

    public static HandOver Refused(string error) => new(HandOverResult.Refused, error);

    public static HandOver Away(string error) => new(HandOverResult.Away, error);
}
