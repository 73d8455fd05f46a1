using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Complete.Passkeys;

/// <summary>Judges the passkey's signature and begins a session, in one commit; its token is signed after that.</summary>
internal static class FinishLogin
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/login/webauthn/finish", Handle)
        .Describe(
            nameof(FinishLogin),
            "Judges the passkey's signature and answers tokens.",
            Refusal.WebAuthnLoginFailed,
            Refusal.DiscoverableLoginFailed,
            Refusal.UnknownPasskey,
            Refusal.UserNotActive,
            CompleteRefusals.IdentifierNotVerified);

    private static async Task<Outcome<LoginFinished>> Handle(
        AppCall call, RequestBody<FinishLoginRequest> body, SignInCeremony ceremony, AccountStore accounts, SessionStore sessions,
        SessionTokens tokens, Counting counting, CancellationToken cancellationToken)
    {
        counting.Prompted(call.AppId, body.Value.Prompt, call.Caller.UserAgent);
        NewSession? session = null;
        var signedIn = await ceremony.FinishAsync(
            new SignInToFinish(call.App, body.Value.HandshakeId, body.Value.HandshakeResponse, call.Caller)
            {
                UserId = body.Value.UserId,
                IsUserOptional = true,
                Signals = body.Value.Signals == true,
                WhyNot = call.App.Settings.Complete.RequireIdentifierVerification
                    ? async (userId, cancellation)
                        => await accounts.GetAsync(call.AppId, userId, cancellation) is { IsVerifiedEnough: true }
                            ? null
                            : CompleteRefusals.IdentifierNotVerified
                    : null,
                Along = signIn =>
                {
                    session = tokens.New(call.App, Methods.Of(signIn.Passkey.Record));
                    return sessions.With(session, signIn.Passkey.DeviceId);
                },
            },
            cancellationToken);
        if (signedIn.Refusal is { } refusal)
            return refusal;
        var result = await tokens.BeginAsync(call.App, signedIn.Value.Nonce.UserId, session!, cancellationToken);
        return new LoginFinished(result) { Signals = signedIn.Value.Signals };
    }
}

internal sealed record FinishLoginRequest(string HandshakeId, JsonElement HandshakeResponse) : IRequest<FinishLoginRequest>
{
    public static JsonTypeInfo<FinishLoginRequest> Json => CompletePasskeysWire.Default.FinishLoginRequest;

    /// <summary>Whom it was begun for; absent or null when nobody was named, or the client does not say.</summary>
    public string? UserId { get; init; }

    /// <summary>True: the page can tell authenticators what became of their passkeys (§5.1.10) and asks for what to say.</summary>
    public bool? Signals { get; init; }

    /// <summary>What the prompt came to, for the app's figures.</summary>
    public PromptReport? Prompt { get; init; }

    public string? Complaint() => this switch
    {
        { HandshakeId: "" } => "handshake_id is empty.",
        { HandshakeResponse.ValueKind: not JsonValueKind.Object } => "handshake_response is not a JSON object.",
        _ => null,
    };
}

/// <summary>As every sign-in answers, and what the page asked for besides.</summary>
internal sealed record LoginFinished(AuthResult AuthResult) : IAnswer<LoginFinished>
{
    public static JsonTypeInfo<LoginFinished> Json => CompletePasskeysWire.Default.LoginFinished;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PasskeySignals? Signals { get; init; }
}
