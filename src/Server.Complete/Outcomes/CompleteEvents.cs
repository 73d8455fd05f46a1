using OpenPassage.Server.Events;

namespace OpenPassage.Server.Complete.Outcomes;

/// <summary>What happens to users of Complete's apps besides.</summary>
internal static class CompleteEvents
{
    public static readonly EventKind RefreshTokenReused = new(
        "refresh_token_reused",
        EventAction.Other,
        "Refresh token used again: possibly stolen; the session was ended",
        "refresh tokens used again");

    public static readonly IReadOnlyList<EventKind> All = [RefreshTokenReused];
}
