using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Flex;

/// <summary>The browser asks what to pass to <c>navigator.credentials.create()</c>. Writes nothing.</summary>
internal static class StartRegistration
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/register/transactions/webauthn/start", Handle)
        .Describe(
            nameof(StartRegistration),
            "Returns the options to pass to navigator.credentials.create().",
            Refusal.TransactionNotFound,
            Refusal.UserNotActive,
            Refusal.EnrolmentBlocked,
            Refusal.ConditionalCreateOff);

    private static async Task<Outcome<StartedRegistration>> Handle(
        AppCall call,
        RequestBody<StartRegistrationRequest> body,
        Tickets tickets,
        RegistrationCeremony ceremony,
        Counting counting,
        CancellationToken cancellationToken)
    {
        counting.Prompted(call.AppId, body.Value.Prompt, call.Caller.UserAgent);
        if (await tickets.OpenAsync<RegisterTransaction>(call.AppId, body.Value.TransactionId, cancellationToken) is not { } transaction)
            return Refusal.TransactionNotFound;
        var started = await ceremony.StartAsync(
            new RegistrationToStart(call.App, transaction, call.Origin)
            {
                Attachment = body.Value.Attachment,
                UserAgent = call.Caller.UserAgent,
                Conditional = body.Value.Mediation is not null,
            },
            cancellationToken);
        return started.Refusal is { } refusal
            ? refusal
            : new StartedRegistration(Handshake.Of(started.Value), body.Value.TransactionId);
    }
}

internal sealed record StartRegistrationRequest(string TransactionId) : IRequest<StartRegistrationRequest>
{
    public static JsonTypeInfo<StartRegistrationRequest> Json => FlexWire.Default.StartRegistrationRequest;

    /// <summary><c>platform</c>, <c>cross-platform</c>, or <c>any</c>, which is the same as none.</summary>
    public string? AuthenticatorAttachment { get; init; }

    /// <summary><c>conditional</c>: the page asks for a passkey in passing, without a prompt; absent: with one.</summary>
    public string? Mediation { get; init; }

    /// <summary>What the prompt before came to, for the app's figures.</summary>
    public PromptReport? Prompt { get; init; }

    internal AuthenticatorAttachment? Attachment => AuthenticatorAttachment switch
    {
        "platform" => WebAuthn.AuthenticatorAttachment.Platform,
        "cross-platform" => WebAuthn.AuthenticatorAttachment.CrossPlatform,
        _ => null,
    };

    public string? Complaint() => TransactionId.Length == 0
        ? "transaction_id is empty."
        : AuthenticatorAttachment is null or "platform" or "cross-platform" or "any"
            ? Mediation is null or "conditional" ? null : "mediation must be conditional. Leave it out to show a prompt."
            : "authenticator_attachment must be platform, cross-platform or any.";
}

internal sealed record StartedRegistration(Handshake Handshake, string TransactionId) : IAnswer<StartedRegistration>
{
    public static JsonTypeInfo<StartedRegistration> Json => FlexWire.Default.StartedRegistration;
}
