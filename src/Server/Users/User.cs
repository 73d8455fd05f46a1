using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Users;

/// <summary>A user of an app.</summary>
internal sealed record User
{
    public required AppId App { get; init; }

    /// <summary>24 letters and digits.</summary>
    public required string Id { get; init; }

    /// <summary>The name the app's backend gave; compared exactly. Null: it gave none, and the user goes by identifiers.</summary>
    public required string? ExternalId { get; init; }

    /// <summary>What people are shown: the external id, else the first identifier, else the id.</summary>
    public required string Name { get; init; }

    /// <summary>What authenticators keep of the user; never changes.</summary>
    public required UserHandle Handle { get; init; }

    public required UserStatus Status { get; init; }

    /// <summary>May keep and use passkeys, and register no new one.</summary>
    public bool EnrolmentBlocked { get; init; }

    /// <summary>Made itself by signing up; else a backend or an operator made it.</summary>
    public bool SignedUp { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Derived from the user's passkeys and the totals carried over from revoked ones; null: never.</summary>
    public DateTimeOffset? LastLoginAt { get; init; }

    /// <summary>Derived like <see cref="LastLoginAt"/>.</summary>
    public long LoginCount { get; init; }

    /// <summary>A JSON object, or null.</summary>
    public string? Metadata { get; init; }
}

/// <summary>One page of users, and how many there are on all pages.</summary>
internal sealed record UserPage(IReadOnlyList<User> Users, long Total);
