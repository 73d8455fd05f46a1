using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Telemetry;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Http;

/// <summary>
/// Every way the server says no, each once: status, code and a sentence that says what to do. Clients show the sentence to
/// people and decide by the code, so a code stays within the set that its status has on the wire.
/// </summary>
internal sealed record Refusal(int Status, string Code, string Sentence) : IResult
{
    // ---- 400 ----
    public static readonly Refusal InvalidRequest = new(400, "invalid_request", "The request is not what this operation expects.");

    // ---- 401 ----
    public static readonly Refusal InvalidAccessToken = new(
        401,
        "invalid_access_token",
        "The API key is missing or does not belong to this app. Send it as \"Authorization: Bearer <API key>\".");
    public static readonly Refusal WrongMetricsKey = new(
        401,
        "invalid_access_token",
        "The metrics key is missing or wrong. Send OpenPassage:MetricsKey as \"Authorization: Bearer <key>\".");
    public static readonly Refusal WrongServerKey = new(
        401,
        "invalid_access_token",
        "The key is missing or does not belong to this server. Send one of OpenPassage:AdminKeys, or a key from 'openpassage key create "
            + "--server', as \"Authorization: Bearer <key>\".");
    public static readonly Refusal InvalidNonce = new(
        401, "invalid_nonce", "The nonce is unknown, has expired or has been verified before. Ask the user to sign in again.");
    public static readonly Refusal WebAuthnLoginFailed = new(401, "webauthn_login_failed", "The passkey was not accepted. Try again.");
    public static readonly Refusal DiscoverableLoginFailed = new(
        401, "discoverable_login_failed", "The passkey was not accepted. Try again.");

    /// <summary>
    /// For pages that can tell the authenticator so, after a good signature of the passkey's own key; others get
    /// <see cref="DiscoverableLoginFailed"/> like for any other failure.
    /// </summary>
    public static readonly Refusal UnknownPasskey = new(
        401, "discoverable_login_failed", "This passkey is no longer in use here. Sign in another way.")
    {
        Reason = "unknown_credential",
        Rejection = Rejection.UnknownCredential,
    };

    /// <summary>Only who signed with the passkey's own key sees it.</summary>
    public static readonly Refusal PasskeyInactive = new(
        401, "webauthn_login_failed", "This passkey is not active yet: the site has not confirmed it. Sign in another way.")
    {
        Event = "passkey_inactive",
    };

    // ---- 403 ----
    public static readonly Refusal OperationNotAllowed = new(
        403,
        "operation_not_allowed",
        "This page's origin is not one of the app's origins. If it is yours, add it to the app, including scheme and port.");
    public static readonly Refusal ScopeMissing = new(
        403, "operation_not_allowed", "This API key does not have the scope that this operation needs. Create a key that has it.");
    public static readonly Refusal AppReadOnly = new(
        403, "operation_not_allowed", "This app is declared in the server's configuration. Change it there.");
    public static readonly Refusal DomainHeld = new(
        403, "operation_not_allowed",
        "Another app already uses this domain, and an API key of one app cannot add it. Use a key for the whole server, "
            + "or ask an operator.");
    public static readonly Refusal KeyReadOnly = new(
        403, "operation_not_allowed", "This API key is declared in the server's configuration. Remove it there.");
    public static readonly Refusal EnrolmentBlocked =
        new(403, "operation_not_allowed", "This user may not register passkeys: enrolment is blocked.") { Event = "enrolment_blocked" };
    public static readonly Refusal ConditionalCreateOff = new(
        403,
        "operation_not_allowed",
        "This app does not allow passkeys to be created without a prompt. Leave out mediation to show the prompt.")
    {
        Event = "conditional_create_off",
    };
    public static readonly Refusal UserDeactivated = new(
        403, "operation_not_allowed", "This user is deactivated. Activate the user before asking for a passkey.");
    public static readonly Refusal UserNotActive = new(403, "user_not_active", "This user is deactivated.") { Event = "user_not_active" };

    public static readonly Refusal OtherProduct = new(
        403, "operation_not_allowed", "This operation is another product's than the app's: the type of an app is Flex or Complete.");

    // ---- 404 ----
    public static readonly Refusal AppNotFound = new(
        404, "app_not_found", "There is no app with this id. Check the app id in the client's configuration.");
    public static readonly Refusal NoAppOfHost = new(
        404,
        "app_not_found",
        "No app has the requested host as its RP ID. Configure the proxy to pass on the Host header, "
            + "or forward to /v1/apps/{app_id}/.well-known/ instead.");
    public static readonly Refusal UserNotFound = new(404, "user_not_found", "There is no such user in this app.");
    public static readonly Refusal ApiKeyNotFound = new(404, "api_key_not_found", "There is no such API key.");
    public static readonly Refusal OperatorNotFound = new(
        404, "operator_not_found", "There is no such operator. List the operators again.");
    public static readonly Refusal InvitationNotFound = new(
        404, "invitation_not_found", "There is no such invitation: it was used, has expired or was withdrawn. List the invitations again.");
    public static readonly Refusal DeviceNotFound = new(404, "device_not_found", "This user has no such device.");
    public static readonly Refusal TransactionNotFound = new(
        404, "transaction_not_found", "The transaction is unknown, has expired or has already been used. Ask your backend for a new one.");
    public static readonly Refusal NoSuchOperation = new(
        404, "invalid_request", "There is no such operation. Check the method and the path.");

    // ---- the rest ----
    public static readonly Refusal MethodNotAllowed = new(
        405, "invalid_request", "This operation does not accept this HTTP method. The Allow header lists the methods it accepts.");
    public static readonly Refusal UserHasNoPasskeys = new(
        409, "user_has_no_passkeys", "This user has no passkey yet. The user must register one first.");
    public static readonly Refusal AppExists = new(
        409, "app_already_exists", "An app with this id already exists. Choose another id, or leave it out.");
    public static readonly Refusal AppHasPasskeys = new(
        409, "app_has_passkeys", "This app has passkeys, and they are tied to its RP ID. Create another app for another domain.");
    public static readonly Refusal LastAdmin = new(409, "last_admin", "This is the console's only admin. Invite another admin first.");
    public static readonly Refusal ChangedMeanwhile = new(
        409, "changed_meanwhile", "Somebody else changed this at the same time. Load it again, then repeat your change.");
    public static readonly Refusal BodyTooLarge = new(
        413, "invalid_request", $"The request body is larger than {RequestBody.MaxLength / 1024} KiB.");
    public static readonly Refusal TooManyRequests = new(
        429, "exceeded_attempts", "Too many requests from this address. Wait as long as the Retry-After header says.");
    public static readonly Refusal InternalServerError = new(
        500, "internal_server_error", "Something went wrong on the server. Try again later.");
    public static readonly Refusal Busy =
        new(503, "internal_server_error", "The server is busy. Try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(1) };

    /// <summary>Sent as <c>Retry-After</c>, in whole seconds, when set.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A code of our own beside the one that the wire has for this case; null: none.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether only our own SDK is told the reason: Passage's clients expect two members and no more.</summary>
    public bool ReasonIsForOwnSdk { get; init; }

    /// <summary>What WebAuthn found, for the server's own figures; it does not go over the wire.</summary>
    public Rejection? Rejection { get; init; }

    /// <summary>What the event of a refused ceremony says where WebAuthn has no word for it; null: it is no event.</summary>
    public string? Event { get; init; }

    /// <summary>How an operation that it refuses has ended: 5xx is the server's fault.</summary>
    public Ending Ending => new((Status >= 500 ? Ending.Failed : Ending.Refused).Outcome, Code, Rejection?.Code);

    /// <summary>The code that figures count it under: of WebAuthn's step where one refused.</summary>
    public string CountedAs => Rejection?.Code ?? Code;

    /// <summary>The same refusal with a sentence for this very case.</summary>
    public Refusal Because(string sentence) => this with { Sentence = sentence };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Features.Set(this);
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (RetryAfter is { } wait)
            response.Headers.RetryAfter = ((long)Math.Max(1, Math.Ceiling(wait.TotalSeconds))).ToString();
        return Wire.WriteAsync(response, new Error(Code, Sentence) { Reason = ReasonFor(httpContext.Request) }, Wire.Default.Error);
    }

    private string? ReasonFor(HttpRequest request)
        => ReasonIsForOwnSdk && !request.Headers["Passage-Version"].ToString().StartsWith("openpassage ", StringComparison.Ordinal)
            ? null
            : Reason;
}

/// <summary>What every refusal looks like on the wire.</summary>
internal sealed record Error(string Code, [property: JsonPropertyName("error")] string Sentence)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}

/// <summary>Leaves a handler, or what runs before it, with a refusal.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Code)
{
    public Refusal Refusal { get; } = refusal;
}
