using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>What a refresh token that was not the newest one comes to.</summary>
internal enum RefreshVerdict
{
    /// <summary>It is the newest one after all: whoever changed the row meanwhile is done. Try once more.</summary>
    Newest,

    /// <summary>The one before, a moment ago: two tabs, or an answer that was lost. It gets the successor that there is.</summary>
    SameSuccessor,

    /// <summary>An older one, which nobody has any more but a thief, or the user whose token a thief has used.</summary>
    Reused,

    /// <summary>The session has ended, or never was.</summary>
    Refused,
}

/// <summary>The rule by which refresh tokens are told apart; no clock, no database.</summary>
internal static class SessionDecision
{
    /// <summary>Decides about a token that is authentic, and was not the newest when the database was asked.</summary>
    /// <param name="session">The session it names; null: there is none.</param>
    /// <param name="generation">The token's.</param>
    /// <param name="now">The time.</param>
    /// <param name="grace">How long the token before still gets the same successor.</param>
    public static RefreshVerdict Of(Session? session, long generation, DateTimeOffset now, TimeSpan grace)
    {
        if (session is null || session.IsOver(now) || session.UserStatus != UserStatus.Active)
            return RefreshVerdict.Refused;
        if (generation == session.Generation)
            return RefreshVerdict.Newest;
        // One that is newer than the newest is from before the database was restored.
        if (generation > session.Generation)
            return RefreshVerdict.Refused;
        return generation == session.Generation - 1 && now - session.RotatedAt <= grace
            ? RefreshVerdict.SameSuccessor
            : RefreshVerdict.Reused;
    }
}
