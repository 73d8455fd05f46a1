namespace OpenPassage.Complete;

/// <summary>What a valid token says.</summary>
public sealed record ValidatedToken
{
    /// <summary>The user's id (<c>sub</c>).</summary>
    public required string UserId { get; init; }

    /// <summary>When the token expires (<c>exp</c>), in UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The session's id (<c>sid</c>): it stays the same when the token is renewed. Null: the token does not say.</summary>
    public string? SessionId { get; init; }

    /// <summary>
    /// How the user signed in (<c>amr</c>, RFC 8176): <c>hwk</c> for a passkey that never leaves its device, <c>swk</c> for one that may be
    /// synced, and <c>user</c>: the user was present. Empty: the token does not say.
    /// </summary>
    public IReadOnlyList<string> AuthenticationMethods { get; init; } = [];

    /// <summary>
    /// When the user signed in (<c>auth_time</c>), in UTC; it stays the same when the token is renewed. Null: the token does not say.
    /// </summary>
    public DateTimeOffset? SignedInAt { get; init; }

    /// <summary>Who issued it (<c>iss</c>). Null: the token does not say.</summary>
    public string? Issuer { get; init; }
}
