using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Advice;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Flex;

/// <summary>
/// The browser asks what to pass to <c>navigator.credentials.get()</c>. Without a transaction any passkey of the app will do,
/// and the handshake lives as long as a login page with autofill may stay open. Writes nothing.
/// </summary>
internal static class StartAuthentication
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/authenticate/transactions/webauthn/start", Handle)
        .Describe(
            nameof(StartAuthentication),
            "Returns the options to pass to navigator.credentials.get().",
            Refusal.TransactionNotFound,
            Refusal.UserNotActive,
            Refusal.UserHasNoPasskeys);

    private static async Task<Outcome<StartedAuthentication>> Handle(
        AppCall call,
        RequestBody<StartAuthenticationRequest> body,
        Tickets tickets,
        SignInCeremony ceremony,
        Advising advising,
        Counting counting,
        IOptions<OpenPassageOptions> options,
        CancellationToken cancellationToken)
    {
        var (page, userAgent) = (body.Value.Capabilities, call.Caller.UserAgent);
        counting.Prompted(call.AppId, body.Value.Prompt, userAgent);
        if (body.Value.TransactionId is not { } ticket)
        {
            var anybody = new SignInToStart(call.App, call.Origin, options.Value.ConditionalHandshakeLifetime);
            return new StartedAuthentication(Handshake.Of(ceremony.Start(anybody)), TransactionId: null)
            {
                Advice = Advising.Beside(page, userAgent, offer: null),
            };
        }

        if (await tickets.OpenAsync<AuthenticateTransaction>(call.AppId, ticket, cancellationToken) is not { } transaction)
            return Refusal.TransactionNotFound;
        var started = await ceremony.StartAsync(call.App, transaction, call.Origin, cancellationToken);
        if (started.Refusal is { } refusal)
            return refusal;
        return new StartedAuthentication(Handshake.Of(started.Value), ticket)
        {
            Advice = page is null
                ? null
                : await advising.OfAsync(
                    call.AppId, transaction, Visit.Of(page, userAgent), started.Value.Offered ?? [], cancellationToken),
        };
    }
}

internal sealed record StartAuthenticationRequest : IRequest<StartAuthenticationRequest>
{
    public static JsonTypeInfo<StartAuthenticationRequest> Json => FlexWire.Default.StartAuthenticationRequest;

    /// <summary>Absent or null: any user, by a discoverable passkey.</summary>
    public string? TransactionId { get; init; }

    /// <summary>What the page can do; absent: it wants no advice.</summary>
    public PageCapabilities? Capabilities { get; init; }

    /// <summary>What the prompt before came to, for the app's figures.</summary>
    public PromptReport? Prompt { get; init; }

    // An empty text is no absent one: what was meant for one user must not turn into a sign-in of any.
    public string? Complaint() => TransactionId == "" ? "transaction_id is empty. Leave it out for a sign-in without transaction." : null;
}

internal sealed record StartedAuthentication(Handshake Handshake, string? TransactionId) : IAnswer<StartedAuthentication>
{
    public static JsonTypeInfo<StartedAuthentication> Json => FlexWire.Default.StartedAuthentication;

    /// <summary>How to ask, for a page that has said what it can do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignInAdvised? Advice { get; init; }
}
