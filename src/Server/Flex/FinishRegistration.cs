using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Flex;

/// <summary>The browser brings the new passkey. Spends the transaction and keeps the passkey, in one commit.</summary>
internal static class FinishRegistration
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/register/transactions/webauthn/finish", Handle)
        .Describe(
            nameof(FinishRegistration),
            "Saves the new passkey and returns a nonce for the app's backend.",
            Refusal.WebAuthnLoginFailed,
            Refusal.TransactionNotFound,
            Refusal.UserNotActive,
            Refusal.EnrolmentBlocked,
            Refusal.ConditionalCreateOff);

    private static async Task<Outcome<CeremonyFinished>> Handle(
        AppCall call,
        RequestBody<FinishRegistrationRequest> body,
        Tickets tickets,
        RegistrationCeremony ceremony,
        Counting counting,
        CancellationToken cancellationToken)
    {
        counting.Prompted(call.AppId, body.Value.Prompt, call.Caller.UserAgent);
        if (await tickets.OpenAsync<RegisterTransaction>(call.AppId, body.Value.TransactionId, cancellationToken) is not { } transaction)
            return Refusal.TransactionNotFound;
        var registered = await ceremony.FinishAsync(
            new RegistrationToFinish(call.App, body.Value.HandshakeId, body.Value.HandshakeResponse, call.Caller)
            {
                Transaction = transaction.Id,
                UserId = transaction.UserId,
            },
            cancellationToken);
        return registered.Refusal is { } refusal ? refusal : new CeremonyFinished(tickets.Seal(call.AppId, registered.Value));
    }
}

internal sealed record FinishRegistrationRequest(string HandshakeId, JsonElement HandshakeResponse, string TransactionId)
    : IRequest<FinishRegistrationRequest>
{
    public static JsonTypeInfo<FinishRegistrationRequest> Json => FlexWire.Default.FinishRegistrationRequest;

    /// <summary>What the prompt came to, for the app's figures.</summary>
    public PromptReport? Prompt { get; init; }

    public string? Complaint() => this switch
    {
        { HandshakeId: "" } => "handshake_id is empty.",
        { TransactionId: "" } => "transaction_id is empty.",
        { HandshakeResponse.ValueKind: not JsonValueKind.Object } => "handshake_response is not a JSON object.",
        _ => null,
    };
}

/// <summary>What the page hands to its backend, which verifies it once.</summary>
internal sealed record CeremonyFinished(string Nonce) : IAnswer<CeremonyFinished>
{
    public static JsonTypeInfo<CeremonyFinished> Json => FlexWire.Default.CeremonyFinished;

    /// <summary>After a sign-in whose page asked for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PasskeySignals? Signals { get; init; }
}
