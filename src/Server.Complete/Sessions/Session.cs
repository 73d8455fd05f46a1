using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>A sign-in that goes on: a row, and everything that is true of it now.</summary>
internal sealed record Session
{
    /// <summary>24 letters and digits: the claim <c>sid</c>.</summary>
    public required string Id { get; init; }

    public required string UserId { get; init; }

    /// <summary>Of the newest refresh token, from 1; 0: the session has none.</summary>
    public required long Generation { get; init; }

    /// <summary>Since when that token is the newest.</summary>
    public required DateTimeOffset RotatedAt { get; init; }

    /// <summary>When the user signed in: the claim <c>auth_time</c>.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastUsedAt { get; init; }

    /// <summary>It ends then at the latest.</summary>
    public required DateTimeOffset AbsoluteAt { get; init; }

    /// <summary>It ends then unless it is used.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public required bool IsRevoked { get; init; }

    /// <summary>How the user signed in (RFC 8176), by blanks: the claim <c>amr</c>.</summary>
    public required string Amr { get; init; }

    /// <summary>The passkey that did it; empty: none did.</summary>
    public required string DeviceId { get; init; }

    public required string IpAddress { get; init; }

    public required string UserAgent { get; init; }

    /// <summary>The user's, at the moment of reading.</summary>
    public required UserStatus UserStatus { get; init; }

    public bool IsOver(DateTimeOffset now) => IsRevoked || ExpiresAt <= now;
}

/// <summary>A session as it begins.</summary>
/// <param name="Id">24 letters and digits.</param>
/// <param name="CreatedAt">When the user signed in.</param>
/// <param name="Amr">How, by blanks.</param>
/// <param name="HasRefresh">Whether it goes on by refresh tokens.</param>
/// <param name="AbsoluteAt">It ends then at the latest.</param>
/// <param name="ExpiresAt">It ends then unless it is used.</param>
internal sealed record NewSession(
    string Id, DateTimeOffset CreatedAt, string Amr, bool HasRefresh, DateTimeOffset AbsoluteAt, DateTimeOffset ExpiresAt);
