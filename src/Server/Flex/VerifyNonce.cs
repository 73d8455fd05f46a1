using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Flex;

/// <summary>A backend asks whose ceremony a nonce proves. Every nonce is told once.</summary>
internal static class VerifyNonce
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/authenticate/verify", Handle)
        .Needs(ApiKeyScopes.NoncesVerify)
        .Describe(nameof(VerifyNonce), "Verifies a nonce, once, and returns the user it was issued for.", Refusal.InvalidNonce);

    private static async Task<Outcome<NonceVerified>> Handle(
        AppCall call,
        RequestBody<VerifyNonceRequest> body,
        Tickets tickets,
        SpentTickets spent,
        Counting counting,
        CancellationToken cancellationToken)
    {
        if (await tickets.OpenAsync<Nonce>(call.AppId, body.Value.Nonce, cancellationToken) is not { } nonce)
            return Refusal.InvalidNonce;
        var outcome = await spent.SpendNonceAsync(call.AppId, nonce, cancellationToken);
        // A user without an external id is another product's: here is no word for whose ceremony it was.
        if (outcome is not { SpentNow: true, ExternalId: { } externalId })
            return Refusal.InvalidNonce;
        counting.Verified(call.AppId);
        return NonceVerified.Of(externalId, nonce.Proof);
    }
}

internal sealed record VerifyNonceRequest(string Nonce) : IRequest<VerifyNonceRequest>
{
    public static JsonTypeInfo<VerifyNonceRequest> Json => FlexWire.Default.VerifyNonceRequest;

    public string? Complaint() => Nonce.Length == 0 ? "nonce is empty." : null;
}

/// <summary>
/// Whose ceremony it was, and what it proved. All but the first are absent only for a nonce that a node of an earlier version made.
/// </summary>
internal sealed record NonceVerified(string ExternalId) : IAnswer<NonceVerified>
{
    public static JsonTypeInfo<NonceVerified> Json => FlexWire.Default.NonceVerified;

    /// <summary>A passkey was made with a prompt, made in passing, or used.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProvenCeremony? Ceremony { get; init; }

    /// <summary>Whether somebody was there; false only of a passkey made in passing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? UserPresent { get; init; }

    /// <summary>Whether the authenticator has verified the user.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? UserVerified { get; init; }

    /// <summary>Where the ceremony ran, such as <c>https://login.example.com</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Origin { get; init; }

    /// <summary>The passkey, as the list of the user's devices names it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeviceId { get; init; }

    /// <summary>When the ceremony succeeded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Time { get; init; }

    public static NonceVerified Of(string externalId, Proof? proof) => new(externalId)
    {
        Ceremony = proof?.Ceremony,
        UserPresent = proof?.UserPresent,
        UserVerified = proof?.UserVerified,
        Origin = proof?.Origin,
        DeviceId = proof?.DeviceId,
        Time = proof?.At,
    };
}
