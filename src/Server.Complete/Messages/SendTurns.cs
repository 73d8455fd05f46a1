using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>
/// Whether an address or a number is sent one more code or link now, and as which message. Asked before anything is written, and alike for
/// accounts that there are and those that there are not.
/// </summary>
internal sealed class SendTurns(Sends sends, MessageBudgets budgets, TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Takes the next turn.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="purpose">What is sent: codes and links are counted by themselves.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="userId">Whose address or number it is; empty: nobody's.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<SendTurn> TakeAsync(
        App app, SendPurpose purpose, AccountIdentifier to, string userId, Caller caller, CancellationToken cancellationToken)
    {
        var isOwn = await sends.IsOwnNetworkAsync(app.Id, userId, caller, cancellationToken);
        var history = await sends.ReadAsync(app.Id, purpose, to, cancellationToken);
        if (SendDecision.Wait(history.Sent, isOwn, time.GetUtcNow()) is { } wait)
            return new(history.Sent, MessageId: null, wait);
        if (history.NextId(isOwn) is not { } id)
            return new(history.Sent, MessageId: null, Day);
        return new(history.Sent, await budgets.AllowsAsync(app, to.Kind, cancellationToken) ? id : null, Wait: null);
    }
}

/// <summary>A turn, or why there is none.</summary>
/// <param name="Sent">What the receiver was sent within a day at least.</param>
/// <param name="MessageId">Of the message that may be written; null: none may.</param>
/// <param name="Wait">How long whoever asks is to wait, where that is because of this receiver.</param>
internal sealed record SendTurn(IReadOnlyList<Sent> Sent, string? MessageId, TimeSpan? Wait)
{
    /// <summary>Null: it is sent.</summary>
    /// <param name="justSent">Where one was sent a moment ago.</param>
    /// <param name="tooMany">Where there were very many.</param>
    public Refusal? Refused(Refusal justSent, Refusal tooMany) => (MessageId, Wait) switch
    {
        (_, { } wait) => (wait <= SendDecision.Pause ? justSent : tooMany) with { RetryAfter = wait },
        (null, _) => CompleteRefusals.TooManyMessages with { RetryAfter = TimeSpan.FromMinutes(1) },
        _ => null,
    };

    /// <summary>Where somebody else has written the same message at the same moment.</summary>
    public static Refusal Overtaken(Refusal justSent) => justSent with { RetryAfter = SendDecision.Pause };

    /// <summary>Whether something of a kind that was sent is still good.</summary>
    public bool HasLive(MessageKind kind, TimeSpan lifetime, DateTimeOffset now)
        => Sent.Any(one => one.Kind == kind && one.At + lifetime > now);
}
