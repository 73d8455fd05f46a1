using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Advice;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Complete.Passkeys;

/// <summary>
/// What to pass to <c>navigator.credentials.get()</c>: for the account that is named, or for whoever is there. Where nobody is to learn
/// which accounts exist, one that does not looks like any other. Writes nothing.
/// </summary>
internal static class StartLogin
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/login/webauthn/start", Handle)
        .Describe(
            nameof(StartLogin),
            "What to pass to navigator.credentials.get().",
            Refusal.UserNotFound,
            Refusal.UserHasNoPasskeys,
            Refusal.UserNotActive,
            CompleteRefusals.IdentifierNotVerified,
            CompleteRefusals.PasskeysOff);

    private static async Task<Outcome<StartedForUser>> Handle(
        AppCall call, RequestBody<StartLoginRequest> body, LoginOffers offers, SignInCeremony ceremony, Counting counting,
        Lifetimes lifetimes, IOptions<OpenPassageOptions> options, CancellationToken cancellationToken)
    {
        var (app, page, userAgent) = (call.App, body.Value.Capabilities, call.Caller.UserAgent);
        if (!app.Settings.Complete.Methods.Passkeys)
            return CompleteRefusals.PasskeysOff;
        counting.Prompted(call.AppId, body.Value.Prompt, userAgent);
        if (body.Value.Parsed is not { } identifier)
        {
            var anybody = new SignInToStart(app, call.Origin, options.Value.ConditionalHandshakeLifetime);
            return new StartedForUser(Handshake.Of(ceremony.Start(anybody))) { Advice = Advising.Beside(page, userAgent, offer: null) };
        }

        var found = await offers.FindAsync(app, identifier, cancellationToken);
        if (found.Refusal is { } refusal)
            return refusal;
        var offer = found.Value;
        var started = ceremony.Start(new SignInToStart(app, call.Origin, lifetimes.HandshakeLifetimeOf(app))
        {
            UserId = offer.UserId,
            UserHandle = offer.Handle,
            Passkeys = offer.Passkeys,
        });
        return new StartedForUser(Handshake.Of(started))
        {
            User = offer.User,
            Advice = Advising.Beside(page, userAgent, offer.Passkeys),
        };
    }
}

internal sealed record StartLoginRequest : IRequest<StartLoginRequest>
{
    public static JsonTypeInfo<StartLoginRequest> Json => CompletePasskeysWire.Default.StartLoginRequest;

    /// <summary>An email address or a phone number; absent or null: whoever has a passkey of the app.</summary>
    public string? Identifier { get; init; }

    /// <summary>What the page can do; absent: it wants no advice.</summary>
    public PageCapabilities? Capabilities { get; init; }

    /// <summary>What the prompt before came to, for the app's figures.</summary>
    public PromptReport? Prompt { get; init; }

    internal AccountIdentifier? Parsed
        => field ??= Identifier is not null && Identifiers.TryParse(Identifier, out var parsed) ? parsed : null;

    public string? Complaint() => Identifier is not null && Parsed is null ? IdentifierComplaint.Sentence : null;
}
