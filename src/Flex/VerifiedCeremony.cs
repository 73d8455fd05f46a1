namespace OpenPassage.Flex;

/// <summary>What a nonce proves. A server that does not say the rest says <see cref="ExternalId"/> alone.</summary>
public sealed record VerifiedCeremony
{
    /// <summary>The user's external id.</summary>
    public required string ExternalId { get; init; }

    /// <summary>What took place: only <see cref="PassageCeremony.Authenticate"/> is a sign-in. Null: the server did not say.</summary>
    public PassageCeremony? Ceremony { get; init; }

    /// <summary>
    /// Whether somebody was there; false only of <see cref="PassageCeremony.ConditionalCreate"/>. Null: the server did not say.
    /// </summary>
    public bool? UserPresent { get; init; }

    /// <summary>Whether the authenticator has verified the user, by PIN, fingerprint or face. Null: the server did not say.</summary>
    public bool? UserVerified { get; init; }

    /// <summary>Where the ceremony ran, such as <c>https://login.example.com</c>. Null: the server did not say.</summary>
    public string? Origin { get; init; }

    /// <summary>The passkey that was made or used: its <see cref="PassageDevice.Id"/>. Null: the server did not say.</summary>
    public string? DeviceId { get; init; }

    /// <summary>When the ceremony succeeded, in UTC. Null: the server did not say.</summary>
    public DateTimeOffset? Time { get; init; }
}

/// <summary>What a nonce comes from.</summary>
public enum PassageCeremony
{
    /// <summary>A value that this version does not know.</summary>
    Other = 0,

    /// <summary>A passkey was made, with a prompt.</summary>
    Register,

    /// <summary>A passkey was created without a prompt: this does not prove that the user was there.</summary>
    ConditionalCreate,

    /// <summary>A passkey was used.</summary>
    Authenticate,
}
