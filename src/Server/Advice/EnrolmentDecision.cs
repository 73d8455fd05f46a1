namespace OpenPassage.Server.Advice;

/// <summary>What is known when a user is to be asked to make a passkey.</summary>
/// <param name="Visit">The page.</param>
/// <param name="Passkeys">The user's.</param>
internal readonly record struct EnrolmentCase(Visit Visit, IReadOnlyList<KnownPasskey> Passkeys)
{
    /// <summary>Whether the app asks this user at all.</summary>
    public bool IsInShare { get; init; }

    /// <summary>Registrations of the user that were refused within <see cref="EnrolmentDecision.Rest"/>.</summary>
    public long Refused { get; init; }

    /// <summary>How many days ago the page has asked, as it says itself; null: never, or it does not say.</summary>
    public int? AskedDaysAgo { get; init; }

    /// <summary>How many were asked on such a device of late.</summary>
    public long Asked { get; init; }

    /// <summary>How many of those made one.</summary>
    public long Made { get; init; }
}

/// <summary>
/// The rule by which a page is told whether to ask for a new passkey; no clock, no database. <c>docs/guides/advice.md</c> has its table
/// of cases.
/// </summary>
internal static class EnrolmentDecision
{
    /// <summary>Nobody is asked again within this time.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromDays(7);

    /// <summary>So many refusals within that time are enough.</summary>
    public const int MostRefused = 2;

    /// <summary>Fewer prompts say nothing of a kind of device.</summary>
    public const int Enough = 50;

    /// <summary>The share of prompts that has to come to a passkey.</summary>
    public const double LeastShare = 0.2;

    public static EnrolmentAdvised Of(EnrolmentCase known)
    {
        var (visit, passkeys) = (known.Visit, known.Passkeys);
        if (!known.IsInShare)
            return new(EnrolmentAdvice.No, EnrolmentReason.NotInShare);
        if (visit.Page.AreNone)
            return new(EnrolmentAdvice.No, EnrolmentReason.NoWebAuthn);

        var found = passkeys.Select(passkey => AdviceDecision.Find(passkey, visit)).ToHashSet();
        if (found.Contains(SignInReason.SyncedHere))
            return new(EnrolmentAdvice.No, EnrolmentReason.SyncedHere);
        // One on this device is enough here, but not if the device is lost: a phone may have the second.
        var isOnlyOne = passkeys.Count == 1 && visit.Page.Phone == true;
        if (found.Contains(SignInReason.MadeOnThisSystem) && !isOnlyOne)
            return new(EnrolmentAdvice.No, EnrolmentReason.MadeOnThisSystem);

        if (known.AskedDaysAgo < Rest.TotalDays)
            return new(EnrolmentAdvice.Later, EnrolmentReason.AskedOfLate);
        if (known.Refused >= MostRefused)
            return new(EnrolmentAdvice.Later, EnrolmentReason.FailedOfLate);
        if (found.Contains(SignInReason.MadeOnThisSystem))
            return new(EnrolmentAdvice.AskNow, EnrolmentReason.SecondDevice);
        if (visit.Page.Local == false)
            return new(EnrolmentAdvice.Later, EnrolmentReason.NoLocal);

        var isCounted = known.Asked >= Enough;
        if (isCounted && known.Made < known.Asked * LeastShare)
            return new(EnrolmentAdvice.Later, EnrolmentReason.RarelySucceeds);
        if (passkeys is not [] && found.All(one => one is SignInReason.BoundElsewhere or SignInReason.OnSecurityKey))
            return new(EnrolmentAdvice.AskNow, EnrolmentReason.SecondDevice);
        return new(
            EnrolmentAdvice.AskNow,
            isCounted ? EnrolmentReason.OftenSucceeds
                : visit.Page.Local == true ? EnrolmentReason.DeviceCan
                : EnrolmentReason.DeviceMay);
    }
}
