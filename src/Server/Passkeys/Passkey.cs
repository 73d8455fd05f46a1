using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.Server.Passkeys;

/// <summary>A passkey with what a list shows of it and of its owner.</summary>
internal sealed record Passkey
{
    public required AppId App { get; init; }

    /// <summary>24 letters and digits.</summary>
    public required string DeviceId { get; init; }

    public required string UserId { get; init; }
    public required UserStatus OwnerStatus { get; init; }

    /// <summary>The owner's; null: the owner has none.</summary>
    public required string? ExternalId { get; init; }

    public required CredentialRecord Record { get; init; }
    public required string FriendlyName { get; init; }
    public required DeviceType Type { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? LastLoginAt { get; init; }

    public long UsageCount { get; init; }

    /// <summary>It signs nobody in, and goes then, unless its nonce is verified before; null: it is active.</summary>
    public DateTimeOffset? InactiveUntil { get; init; }

    /// <summary>A data URI, for light backgrounds.</summary>
    public string? IconLight => PasskeyIcons.Light(Type);

    /// <summary>A data URI, for dark backgrounds.</summary>
    public string? IconDark => PasskeyIcons.Dark(Type);
}

/// <summary>What the transaction that keeps a passkey decides and writes besides.</summary>
internal sealed record AlongWithPasskey
{
    /// <summary>Holds a row that whoever decides about the same holds, too, before anything is decided.</summary>
    public Statement? Hold { get; init; }

    /// <summary>SQL over <c>@app</c> and <c>@user</c>: else no passkey is kept, and the transaction is good for another try.</summary>
    public string When { get; init; } = "1 = 1";

    /// <summary>Written on condition that there is a passkey of the <see cref="RegistrationToSave.DeviceId"/>.</summary>
    public IReadOnlyList<Statement> Then { get; init; } = [];
}

/// <summary>What the transaction that counts a sign-in writes besides.</summary>
/// <param name="Kind">Made once by <see cref="PasskeyStore.SavingWith"/>.</param>
/// <param name="Parameters">What its statement uses besides those of the sign-in.</param>
internal sealed record AlongWithSignIn(SaveSignIn Kind, Parameter[] Parameters);

/// <summary>A kind of sign-in that writes more than the others.</summary>
/// <param name="Together">With many callers at once.</param>
/// <param name="Alone">The statement that it adds, for one caller.</param>
internal sealed record SaveSignIn(FrequentWrite Together, string Alone);

/// <summary>A registration that the core accepted.</summary>
internal sealed record RegistrationToSave
{
    public required AppId App { get; init; }

    /// <summary>What the passkey will be called by.</summary>
    public string DeviceId { get; } = Ids.New();

    /// <summary>What is decided and written besides, in the same transaction.</summary>
    public AlongWithPasskey Along { get; init; } = new();

    /// <summary>The handshake it answered; its transaction is spent with it.</summary>
    public required RegistrationHandshake Handshake { get; init; }

    public required CredentialRecord Record { get; init; }

    /// <summary>What the browser reported of the authenticator.</summary>
    public AuthenticatorAttachment? Attachment { get; init; }

    /// <summary>What FIDO calls the model or provider; null: the list that comes along is asked.</summary>
    public string? Provider { get; init; }

    /// <summary>What its attestation was worth.</summary>
    public TrustLevel Trust { get; init; }

    /// <summary>What its owner must be by then.</summary>
    public UserStatus OwnerStatus { get; init; } = UserStatus.Active;

    /// <summary>Until then its nonce may be verified, and it is inactive; null: it is active at once.</summary>
    public DateTimeOffset? InactiveUntil { get; init; }

    public string IpAddress { get; init; } = "";
    public string UserAgent { get; init; } = "";
}

internal enum RegistrationOutcome
{
    Saved,

    /// <summary>The transaction has made a passkey before.</summary>
    TransactionSpent,

    /// <summary>The credential id is registered already (§7.1 step 26). The transaction stays good.</summary>
    CredentialExists,

    /// <summary>The user is gone or not active. The transaction stays good.</summary>
    UserNotActive,
}

/// <summary>A sign-in that the core accepted.</summary>
internal sealed record AuthenticationToSave
{
    public required AppId App { get; init; }

    /// <summary>The handshake it answered; its transaction, or itself without one, is spent.</summary>
    public required AuthenticationHandshake Handshake { get; init; }

    /// <summary>Whose passkey it was when it was judged; of anybody else it is none.</summary>
    public required string UserId { get; init; }

    /// <summary>The record as the core returned it.</summary>
    public required CredentialRecord Record { get; init; }

    /// <summary>Whether it is refused when the counter has not grown beyond what is kept by now.</summary>
    public bool CounterMustGrow { get; init; }

    /// <summary>What is written besides, in the same transaction; null: nothing.</summary>
    public AlongWithSignIn? Along { get; init; }

    /// <summary>Whether the core has found that the counter did not grow; then an event tells it.</summary>
    public bool SignCountRegressed { get; init; }

    public string IpAddress { get; init; } = "";
    public string UserAgent { get; init; } = "";
}

internal enum AuthenticationOutcome
{
    Saved,

    /// <summary>The transaction or handshake has signed somebody in before.</summary>
    Spent,

    /// <summary>The passkey was revoked meanwhile.</summary>
    PasskeyGone,

    /// <summary>Another sign-in has brought a count as high meanwhile.</summary>
    SignCountRegressed,
}
