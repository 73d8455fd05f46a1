using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Store;

internal enum EventAction { Register, Login, Other }

/// <summary>Something that happened to a user.</summary>
internal sealed record Event
{
    public required string Id { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: never finished; then the status is <c>incomplete</c>.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Empty when a backend did it.</summary>
    public required string IpAddress { get; init; }

    /// <summary><c>passkey_registered</c>, <c>passkey_login</c> or <c>passkey_revoked</c>.</summary>
    public required string Type { get; init; }

    public required string UserAgent { get; init; }
    public required EventAction Action { get; init; }

    public bool Complete => CompletedAt is not null;

    /// <summary>Such as <c>Chrome on macOS</c>; empty when unknown.</summary>
    public string UserAgentDisplay => Store.UserAgent.Display(UserAgent) ?? "";
}

/// <summary>The events of every app.</summary>
internal sealed class EventStore
{
    /// <summary>A user's newest events, newest first.</summary>
    public ValueTask<IReadOnlyList<Event>> RecentAsync(AppId app, string userId, int count, CancellationToken cancellationToken) => throw new NotImplementedException();
}
