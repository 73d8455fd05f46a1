namespace OpenPassage.Complete;

/// <summary>What a link does when it is opened.</summary>
public enum MagicLinkType
{
    /// <summary>It signs the user in.</summary>
    Login,

    /// <summary>It verifies the user's email address or phone number, and signs in only on a network where the user is signed in.</summary>
    VerifyIdentifier,
}

/// <summary>Whose link to make, and how: exactly one of the three names the user.</summary>
public sealed record CreateMagicLinkArgs
{
    /// <summary>An email address; a user is created if nobody has it.</summary>
    public string? Email { get; init; }

    /// <summary>A phone number with its country, such as <c>+15005550006</c>; a user is created if nobody has it.</summary>
    public string? Phone { get; init; }

    /// <summary>The id of a user that there is.</summary>
    public string? UserId { get; init; }

    /// <summary>What the link does.</summary>
    public MagicLinkType Type { get; init; }

    /// <summary>Whether the server sends the link. False: you send <see cref="MagicLink.Url"/> yourself.</summary>
    public bool Send { get; init; }

    /// <summary>The language of the message, such as <c>en</c>; null: the app's.</summary>
    public string? Language { get; init; }

    /// <summary>The page that the link leads to: a path on the app's own origin; null: the app's login page.</summary>
    public string? MagicLinkPath { get; init; }

    /// <summary>Where the user goes afterwards: a path, or a URL on one of the app's origins; null: the app's.</summary>
    public string? RedirectUrl { get; init; }

    /// <summary>How long the link is good: whole minutes, up to a week; null: as long as the app's links.</summary>
    public TimeSpan? Lifetime { get; init; }
}

/// <summary>A link that signs a user in or verifies an identifier. Whoever has it can: keep it out of logs.</summary>
public sealed class MagicLink
{
    /// <summary>The link's id; it opens nothing.</summary>
    public required string Id { get; init; }

    /// <summary>The user whose it is.</summary>
    public required string UserId { get; init; }

    /// <summary>The email address or phone number that it is for.</summary>
    public required string Identifier { get; init; }

    /// <summary>The link itself.</summary>
    public required string Url { get; init; }

    /// <summary>What makes it good, as in <see cref="Url"/>.</summary>
    public required string Secret { get; init; }

    /// <summary>Where the user goes afterwards.</summary>
    public required string RedirectUrl { get; init; }

    /// <summary>How long it is good.</summary>
    public required TimeSpan Lifetime { get; init; }
}
