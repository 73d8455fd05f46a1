using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;

namespace OpenPassage.Server.Advice;

/// <summary>
/// A page asks how to ask for a passkey, before it shows anything. It is told what the start of the same sign-in would tell, and no more;
/// where that refuses, so does this, but for somebody without passkeys. Writes nothing and begins no ceremony.
/// </summary>
internal static class AdviseAuthentication
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/authenticate/advice", Handle)
        .Describe(
            nameof(AdviseAuthentication),
            "How to ask for a passkey: by the browser's prompt, by autofill, by phone, by security key or not at all.",
            [
                Refusal.TransactionNotFound, Refusal.UserNotActive,
                .. routes.ServiceProvider.GetService<OffersByIdentifier>()?.Refusals ?? [],
            ]);

    private static async Task<Outcome<SignInAdvised>> Handle(
        AppCall call, HttpContext context, RequestBody<AdviseAuthenticationRequest> body, Tickets tickets, SignInCeremony ceremony,
        Advising advising, CancellationToken cancellationToken)
    {
        var visit = Visit.Of(body.Value.Capabilities, call.Caller.UserAgent);
        if (call.App.Type == AppType.Complete)
        {
            if (body.Value.TransactionId is not null)
                return Refusal.TransactionNotFound;
            var find = context.RequestServices.GetRequiredService<OffersByIdentifier>().Find;
            var named = await find(call, context, body.Value.Identifier, cancellationToken);
            if (named.Refusal is { } refusal && refusal != Refusal.UserHasNoPasskeys)
                return refusal;
            var known = named.Refusal is not null ? []
                : named.Value.Passkeys is { } theirs ? KnownPasskey.AsOffered(theirs)
                : null;
            return AdviceDecision.Of(visit, known);
        }

        if (body.Value.Identifier is not null)
            return Refusal.InvalidRequest.Because("identifier is for apps of Complete. Send a transaction_id, or neither.");
        if (body.Value.TransactionId is not { } ticket)
            return AdviceDecision.Of(visit, passkeys: null);
        if (await tickets.OpenAsync<AuthenticateTransaction>(call.AppId, ticket, cancellationToken) is not { } transaction)
            return Refusal.TransactionNotFound;
        var offer = await ceremony.OfferAsync(call.App, transaction, cancellationToken);
        if (offer.Refusal == Refusal.UserHasNoPasskeys)
            return AdviceDecision.Of(visit, []);
        return offer.Refusal is { } why
            ? why
            : await advising.OfAsync(call.AppId, transaction, visit, offer.Value.Passkeys, cancellationToken);
    }
}

internal sealed record AdviseAuthenticationRequest : IRequest<AdviseAuthenticationRequest>
{
    public static JsonTypeInfo<AdviseAuthenticationRequest> Json => AdviceWire.Default.AdviseAuthenticationRequest;

    /// <summary>Of a Flex app: whom the backend wants to sign in; absent or null: any user.</summary>
    public string? TransactionId { get; init; }

    /// <summary>Of a Complete app: an email address or a phone number; absent or null: any user.</summary>
    public string? Identifier { get; init; }

    /// <summary>What the page can do.</summary>
    public PageCapabilities? Capabilities { get; init; }

    // What was meant for one user must not turn into advice about any.
    public string? Complaint() => this switch
    {
        { TransactionId: "" } => "transaction_id is empty. Leave it out for a sign-in without transaction.",
        { TransactionId: not null, Identifier: not null } => "transaction_id and identifier are both there. Send one of them.",
        _ => null,
    };
}
