namespace OpenPassage.WebAuthn;

/// <summary>What an authentication should ask for.</summary>
public sealed record AuthenticationRequest
{
    /// <summary>Null: made with <see cref="Challenge.Create"/>.</summary>
    public Challenge? Challenge { get; init; }

    /// <summary>How long the browser may take; 5 minutes. The specification recommends 5 to 10 (§15.1).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How much user verification matters.</summary>
    public UserVerification UserVerification { get; init; } = UserVerification.Required;

    /// <summary>The credentials that may answer; empty: any discoverable one.</summary>
    public IReadOnlyList<CredentialDescriptor> AllowCredentials { get; init; } = [];

    /// <summary>What the user is likely to reach for, most likely first.</summary>
    public IReadOnlyList<Hint> Hints { get; init; } = [];

    /// <summary>The account, when it is known before the ceremony.</summary>
    public UserHandle? UserHandle { get; init; }

    /// <summary>The extensions to ask for; null: none.</summary>
    public AuthenticationExtensions? Extensions { get; init; }
}
