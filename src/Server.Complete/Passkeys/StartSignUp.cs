using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Advice;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Complete.Passkeys;

/// <summary>
/// An account's first passkey: what to pass to <c>navigator.credentials.create()</c>. Of an address or number that nobody has, it begins
/// the account: a page may register without having asked for that before.
/// </summary>
internal static class StartSignUp
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/register/webauthn/start", Handle)
        .Describe(
            nameof(StartSignUp),
            "What to pass to navigator.credentials.create() for a new account.",
            CompleteRefusals.SignupClosed,
            CompleteRefusals.UserExists,
            CompleteRefusals.IdentifierNotVerified,
            CompleteRefusals.PasskeysOff,
            Refusal.UserNotActive,
            Refusal.EnrolmentBlocked);

    /// <summary>Of what somebody else has made, or what has to be proven, a stranger cannot say that it is his.</summary>
    public static bool IsOpen(Account account, CompleteAppOptions settings)
        => account.IsVerified || (account.User.SignedUp && !settings.RequireIdentifierVerification);

    /// <summary>The same over <c>@app</c> and <c>@user</c>, for the transaction that keeps the passkey.</summary>
    public static string IsOpenInSql(CompleteAppOptions settings)
    {
        const string IsVerified = """
            EXISTS (SELECT 1 FROM identifiers i
                    WHERE i.app_id = @app AND i.user_id = @user AND i.verified_at > 0 AND i.verified_weakly = 0)
            """;
        return settings.RequireIdentifierVerification ? IsVerified : $"u.signed_up = 1 OR {IsVerified}";
    }

    private static async Task<Outcome<StartedForUser>> Handle(
        AppCall call, RequestBody<StartSignUpRequest> body, AccountStore accounts, RegistrationCeremony ceremony, Counting counting,
        Lifetimes lifetimes, CancellationToken cancellationToken)
    {
        counting.Prompted(call.AppId, body.Value.Prompt, call.Caller.UserAgent);
        var (settings, identifier) = (call.App.Settings.Complete, body.Value.Parsed!);
        if (!settings.Methods.Passkeys)
            return CompleteRefusals.PasskeysOff;
        if (SignUp.IsHidden(settings))
            // For everybody: an account begins with a code or a link, and gets its passkey then.
            return CompleteRefusals.IdentifierNotVerified;
        if (await accounts.FindAsync(call.AppId, identifier, cancellationToken) is not { } account)
        {
            if (SignUp.WhyNot(settings, identifier) is { } why)
                return why;
            if (await accounts.CreateAsync(call.AppId, [identifier], null, signedUp: true, along: null, cancellationToken) is not { } begun)
                return Refusal.Busy;
            account = begun;
        }

        if (account.User.Status != UserStatus.Pending)
            return CompleteRefusals.UserExists;
        if (!IsOpen(account, settings))
            return CompleteRefusals.IdentifierNotVerified;

        var started = await ceremony.StartAsync(
            OwnCeremony.Of(call, account.User, identifier.Given, lifetimes) with { Attachment = body.Value.Attachment, SignsUp = true },
            cancellationToken);
        return started.Refusal is { } refusal
            ? refusal
            : new StartedForUser(Handshake.Of(started.Value)) { User = PublicUser.Of(account, identifier, []) };
    }
}

/// <summary>A registration that no backend has begun: the ceremony is its own transaction.</summary>
internal static class OwnCeremony
{
    public static RegistrationToStart Of(AppCall call, User user, string name, Lifetimes lifetimes)
    {
        var id = TicketId.Create();
        var transaction = new RegisterTransaction(id, lifetimes.HandshakeExpiryOf(call.App), user.Id, user.Handle, name, name);
        return new(call.App, transaction, call.Origin) { Id = id, UserAgent = call.Caller.UserAgent };
    }

    /// <summary>The words of the wire; <c>any</c> is the same as none.</summary>
    public static AuthenticatorAttachment? AttachmentOf(string? word) => word switch
    {
        "platform" => AuthenticatorAttachment.Platform,
        "cross-platform" => AuthenticatorAttachment.CrossPlatform,
        _ => null,
    };

    public static string? Complaint(string? attachment) => attachment is null or "platform" or "cross-platform" or "any"
        ? null
        : "authenticator_attachment is none of platform, cross-platform and any.";
}

internal sealed record StartSignUpRequest(string Identifier) : IRequest<StartSignUpRequest>
{
    public static JsonTypeInfo<StartSignUpRequest> Json => CompletePasskeysWire.Default.StartSignUpRequest;

    /// <summary><c>platform</c>, <c>cross-platform</c>, or <c>any</c>, which is the same as none.</summary>
    public string? AuthenticatorAttachment { get; init; }

    /// <summary>What the prompt before came to, for the app's figures.</summary>
    public PromptReport? Prompt { get; init; }

    internal AccountIdentifier? Parsed => field ??= Identifiers.TryParse(Identifier, out var parsed) ? parsed : null;

    internal AuthenticatorAttachment? Attachment => OwnCeremony.AttachmentOf(AuthenticatorAttachment);

    public string? Complaint() => Parsed is null ? IdentifierComplaint.Sentence : OwnCeremony.Complaint(AuthenticatorAttachment);
}

/// <summary>A ceremony, and whose it is where that was asked for.</summary>
internal sealed record StartedForUser(Handshake Handshake) : IAnswer<StartedForUser>
{
    public static JsonTypeInfo<StartedForUser> Json => CompletePasskeysWire.Default.StartedForUser;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PublicUser? User { get; init; }

    /// <summary>How to ask, for a sign-in whose page has said what it can do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignInAdvised? Advice { get; init; }
}
