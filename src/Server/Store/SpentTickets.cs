using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Store;

internal enum NonceResult { SpentNow, AlreadySpent, UserNotActive, PasskeyGone }

/// <summary>What came of spending a nonce; the user's external id when it was spent now.</summary>
internal readonly record struct NonceOutcome(NonceResult Result, string? ExternalId)
{
    public bool SpentNow => Result == NonceResult.SpentNow;
}

/// <summary>The tickets that have been used, until they have expired.</summary>
internal sealed class SpentTickets
{
    public ValueTask<bool> IsSpentAsync(AppId app, TicketId ticket, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>One of all callers with the same nonce is told <see cref="NonceResult.SpentNow"/>.</summary>
    public ValueTask<NonceOutcome> SpendNonceAsync(AppId app, Nonce nonce, CancellationToken cancellationToken) => throw new NotImplementedException();
}
