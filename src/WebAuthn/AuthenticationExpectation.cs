namespace OpenPassage.WebAuthn;

/// <summary>What an authentication must answer. Small enough to be sealed into a ticket.</summary>
public sealed record AuthenticationExpectation
{
    /// <summary>The challenge that was issued, for this ceremony alone.</summary>
    public required Challenge Challenge { get; init; }

    /// <summary>Whether the authenticator must have verified the user.</summary>
    public bool UserVerificationRequired { get; init; } = true;

    /// <summary>The known account; null when the passkey itself has to say whose it is.</summary>
    public UserHandle? UserHandle { get; init; }

    /// <summary>The credentials asked for; empty: any.</summary>
    public IReadOnlyList<CredentialId> AllowCredentials { get; init; } = [];

    /// <summary>When the ceremony was started from a known origin: only that one is accepted.</summary>
    public string? Origin { get; init; }

    /// <summary>When it was started from no known origin: only these of the relying party's are accepted; null: all of them.</summary>
    public IReadOnlySet<string>? Origins { get; init; }

    /// <summary>The FIDO AppID that was asked for in the <c>appid</c> extension (§10.1.1); null: it was not.</summary>
    public string? AppId { get; init; }

    /// <summary>Whether the passkey must be one that can be backed up (true) or must not (false); null: either.</summary>
    public bool? BackupEligible { get; init; }

    /// <summary>Whether the passkey must be backed up now (true) or must not (false); null: either.</summary>
    public bool? BackupState { get; init; }

    /// <summary>What happens when the signature counter does not grow.</summary>
    public CounterPolicy Counter { get; init; }
}

/// <summary>What happens when the signature counter does not grow (§7.2 step 22).</summary>
public enum CounterPolicy
{
    /// <summary>Report it in the result.</summary>
    Report,

    /// <summary>Refuse the sign-in.</summary>
    Refuse,

    /// <summary>
    /// Refuse the sign-in, but only report it for a passkey that may be synced: such a passkey is copied on purpose, and its counter says
    /// nothing.
    /// </summary>
    RefuseUnlessSynced,
}
