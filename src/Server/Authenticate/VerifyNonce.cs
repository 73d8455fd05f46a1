using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Store;

namespace OpenPassage.Server.Authenticate;

/// <summary>A backend asks whose ceremony a nonce proves. Every nonce is told once.</summary>
internal static class VerifyNonce
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/authenticate/verify", Handle)
        .Needs(ApiKeyScopes.NoncesVerify)
        .Describe(nameof(VerifyNonce), "Tells whose ceremony a nonce proves, once.", Refusal.InvalidNonce);

    private static async Task<Outcome<NonceVerified>> Handle(
        AppCall call, RequestBody<VerifyNonceRequest> body, Tickets tickets, SpentTickets spent, Counting counting, CancellationToken cancellationToken)
    {
        if (await tickets.OpenNonceAsync(call.App, body.Value.Nonce, cancellationToken) is not { } nonce)
            return Refusal.InvalidNonce;
        var outcome = await spent.SpendNonceAsync(call.AppId, nonce, cancellationToken);
        if (!outcome.SpentNow)
            return Refusal.InvalidNonce;
        counting.Verified(call.AppId);
        return new NonceVerified(outcome.ExternalId!);
    }
}

internal sealed record VerifyNonceRequest(string Nonce) : IRequest<VerifyNonceRequest>
{
    public static JsonTypeInfo<VerifyNonceRequest> Json => Wire.Default.VerifyNonceRequest;

    public string? Complaint() => Nonce.Length == 0 ? "nonce is empty." : null;
}

internal sealed record NonceVerified(string ExternalId) : IAnswer<NonceVerified>
{
    public static JsonTypeInfo<NonceVerified> Json => Wire.Default.NonceVerified;
}
