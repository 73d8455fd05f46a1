using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Flex;

/// <summary>A backend asks one of its users to sign in with a passkey. Writes nothing.</summary>
internal static class CreateAuthenticateTransaction
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/transactions/authenticate", Handle)
        .Needs(ApiKeyScopes.TransactionsWrite)
        .Describe(
            nameof(CreateAuthenticateTransaction),
            "Creates a transaction for signing in with a passkey.",
            Refusal.UserNotFound,
            Refusal.UserDeactivated,
            Refusal.UserHasNoPasskeys);

    private static async Task<Outcome<TransactionCreated>> Handle(
        AppCall call,
        RequestBody<AuthenticateTransactionRequest> body,
        SignIns signIns,
        Tickets tickets,
        Lifetimes lifetimes,
        CancellationToken cancellationToken)
    {
        if (await signIns.FindUserAsync(call.AppId, body.Value.ExternalId, cancellationToken) is not { } user)
            return Refusal.UserNotFound;
        if (user.Status != UserStatus.Active)
            return Refusal.UserDeactivated;
        if (!user.HasPasskey)
            return Refusal.UserHasNoPasskeys;

        var transaction = new AuthenticateTransaction(
            TicketId.Create(), lifetimes.TransactionExpiry, user.Id, user.Handle, body.Value.PasskeyDisplayName,
            body.Value.Recognized == true);
        return new TransactionCreated(tickets.Seal(call.AppId, transaction));
    }
}

internal sealed record AuthenticateTransactionRequest(string ExternalId) : IRequest<AuthenticateTransactionRequest>
{
    public static JsonTypeInfo<AuthenticateTransactionRequest> Json => FlexWire.Default.AuthenticateTransactionRequest;

    /// <summary>
    /// What the user is called now, to be told to the authenticators that have a passkey of this user; absent: nothing is told.
    /// </summary>
    public string? PasskeyDisplayName { get; init; }

    /// <summary>
    /// True: this user has signed in before in the browser that gets the transaction, as a cookie of yours says. Advice then uses all
    /// that is kept of the user's passkeys, and not only what the options of a sign-in tell anybody.
    /// </summary>
    public bool? Recognized { get; init; }

    public string? Complaint() =>
        GivenText.Complaint("external_id", ExternalId)
        ?? (PasskeyDisplayName is null ? null : GivenText.Complaint("passkey_display_name", PasskeyDisplayName));
}
