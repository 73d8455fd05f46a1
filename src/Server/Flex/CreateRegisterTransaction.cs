using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Flex;

/// <summary>A backend lets one of its users make a passkey. An unknown user is made; a known one gets one more passkey.</summary>
internal static class CreateRegisterTransaction
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/transactions/register", Handle)
        .Needs(ApiKeyScopes.TransactionsWrite)
        .Describe(
            nameof(CreateRegisterTransaction),
            "Creates a transaction for registering a passkey.",
            Refusal.UserDeactivated,
            Refusal.EnrolmentBlocked);

    private static async Task<Outcome<TransactionCreated>> Handle(
        AppCall call,
        RequestBody<RegisterTransactionRequest> body,
        UserStore users,
        Tickets tickets,
        Lifetimes lifetimes,
        CancellationToken cancellationToken)
    {
        var user = await users.CreateOrGetAsync(call.AppId, body.Value.ExternalId, cancellationToken);
        if (user.Status != UserStatus.Active)
            return Refusal.UserDeactivated;
        if (user.EnrolmentBlocked)
            return Refusal.EnrolmentBlocked;

        var transaction = new RegisterTransaction(
            TicketId.Create(), lifetimes.TransactionExpiry, user.Id, user.Handle, body.Value.ExternalId, body.Value.PasskeyDisplayName);
        return new TransactionCreated(tickets.Seal(call.AppId, transaction));
    }
}

internal sealed record RegisterTransactionRequest(string ExternalId, string PasskeyDisplayName) : IRequest<RegisterTransactionRequest>
{
    public static JsonTypeInfo<RegisterTransactionRequest> Json => FlexWire.Default.RegisterTransactionRequest;

    public string? Complaint() =>
        GivenText.Complaint("external_id", ExternalId) ?? GivenText.Complaint("passkey_display_name", PasskeyDisplayName);
}

internal sealed record TransactionCreated(string TransactionId) : IAnswer<TransactionCreated>
{
    public static JsonTypeInfo<TransactionCreated> Json => FlexWire.Default.TransactionCreated;

    public static int Status => StatusCodes.Status201Created;
}
