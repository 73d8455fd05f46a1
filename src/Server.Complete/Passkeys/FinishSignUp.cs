using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Users;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Passkeys;

/// <summary>Keeps the first passkey, makes the account active and signs its user in, in one commit.</summary>
internal static class FinishSignUp
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/register/webauthn/finish", Handle)
        .Describe(
            nameof(FinishSignUp),
            "Keeps the passkey of a new account and signs its user in.",
            Refusal.WebAuthnLoginFailed,
            Refusal.TransactionNotFound,
            Refusal.UserNotActive,
            CompleteRefusals.IdentifierNotVerified,
            Refusal.EnrolmentBlocked);

    private static async Task<Outcome<SignInAnswer>> Handle(
        AppCall call, RequestBody<FinishSignUpRequest> body, AccountStore accounts, RegistrationCeremony ceremony, SessionTokens tokens,
        Counting counting, TimeProvider time, CancellationToken cancellationToken)
    {
        counting.Prompted(call.AppId, body.Value.Prompt, call.Caller.UserAgent);
        // A backend may have taken the account over since the start.
        if (await accounts.GetAsync(call.AppId, body.Value.UserId, cancellationToken) is { User.Status: UserStatus.Pending } account
            && !StartSignUp.IsOpen(account, call.App.Settings.Complete))
            return CompleteRefusals.IdentifierNotVerified;
        NewSession? session = null;
        var registered = await ceremony.FinishAsync(
            new RegistrationToFinish(call.App, body.Value.HandshakeId, body.Value.HandshakeResponse, call.Caller)
            {
                UserId = body.Value.UserId,
                SignsUp = true,
                Along = (registration, user) =>
                {
                    session = tokens.New(call.App, Methods.Of(registration.Record));
                    return ValueTask.FromResult(AlongWith(session, registration, user.Id, call, time.GetUtcNow()));
                },
            },
            cancellationToken);
        return registered.Refusal is { } refusal
            ? refusal
            : new SignInAnswer(await tokens.BeginAsync(call.App, registered.Value.UserId, session!, cancellationToken));
    }

    // Of two who make the same account theirs, one waits for the other and then finds it active.
    private static AlongWithPasskey AlongWith(
        NewSession session, RegistrationToSave registration, string userId, AppCall call, DateTimeOffset now)
    {
        const string IsThere = "EXISTS (SELECT 1 FROM passkeys p WHERE p.app_id = @app AND p.device_id = @device)";
        Parameter[] parameters =
            [Text("app", call.AppId.Value), Text("user", userId), Text("device", registration.DeviceId), Time("now", now)];
        return new()
        {
            Hold = new("UPDATE users SET updated_at = @now WHERE app_id = @app AND user_id = @user", parameters),
            When = StartSignUp.IsOpenInSql(call.App.Settings.Complete),
            Then =
            [
                new(
                    $"""
                    UPDATE users SET status = 'active', carried_logins = carried_logins + 1, carried_last_login_at = @now, updated_at = @now
                    WHERE app_id = @app AND user_id = @user AND status = 'pending' AND {IsThere}
                    """,
                    parameters),
                SessionStore.Beginning(call.AppId, userId, session, registration.DeviceId, call.Caller, IsThere),
            ],
        };
    }
}

internal sealed record FinishSignUpRequest(string UserId, string HandshakeId, JsonElement HandshakeResponse) : IRequest<FinishSignUpRequest>
{
    public static JsonTypeInfo<FinishSignUpRequest> Json => CompletePasskeysWire.Default.FinishSignUpRequest;

    /// <summary>What the prompt came to, for the app's figures.</summary>
    public PromptReport? Prompt { get; init; }

    public string? Complaint() => this switch
    {
        { UserId: "" } => "user_id is empty.",
        { HandshakeId: "" } => "handshake_id is empty.",
        { HandshakeResponse.ValueKind: not JsonValueKind.Object } => "handshake_response is not a JSON object.",
        _ => null,
    };
}
