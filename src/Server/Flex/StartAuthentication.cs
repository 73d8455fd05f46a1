using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;

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
        IOptions<OpenPassageOptions> options,
        CancellationToken cancellationToken)
    {
        if (body.Value.TransactionId is not { } ticket)
        {
            var anybody = new SignInToStart(call.App, call.Origin, options.Value.ConditionalHandshakeLifetime);
            return new StartedAuthentication(Handshake.Of(ceremony.Start(anybody)), TransactionId: null);
        }

        if (await tickets.OpenAsync<AuthenticateTransaction>(call.AppId, ticket, cancellationToken) is not { } transaction)
            return Refusal.TransactionNotFound;
        var started = await ceremony.StartAsync(call.App, transaction, call.Origin, cancellationToken);
        return started.Refusal is { } refusal ? refusal : new StartedAuthentication(Handshake.Of(started.Value), ticket);
    }
}

internal sealed record StartAuthenticationRequest : IRequest<StartAuthenticationRequest>
{
    public static JsonTypeInfo<StartAuthenticationRequest> Json => FlexWire.Default.StartAuthenticationRequest;

    /// <summary>Absent or null: any user, by a discoverable passkey.</summary>
    public string? TransactionId { get; init; }

    // An empty text is no absent one: what was meant for one user must not turn into a sign-in of any.
    public string? Complaint() => TransactionId == "" ? "transaction_id is empty. Leave it out for a sign-in without transaction." : null;
}

internal sealed record StartedAuthentication(Handshake Handshake, string? TransactionId) : IAnswer<StartedAuthentication>
{
    public static JsonTypeInfo<StartedAuthentication> Json => FlexWire.Default.StartedAuthentication;
}
