namespace OpenPassage.Server.Advice;

/// <summary>
/// The rule by which a page is told how to ask for a passkey: what is surely here comes first, then what may be, then what a phone or a
/// key brings. No clock, no database. <c>docs/guides/advice.md</c> has its table of cases.
/// </summary>
internal static class AdviceDecision
{
    /// <param name="visit">Who asks.</param>
    /// <param name="passkeys">The user's, as far as they may be known; null: nobody was named.</param>
    public static SignInAdvised Of(Visit visit, IReadOnlyList<KnownPasskey>? passkeys)
    {
        if (visit.Page.AreNone)
            return new(SignInAdvice.Fallback, SignInReason.NoWebAuthn);
        if (passkeys is null)
            return new(OfNobody(visit.Page), SignInReason.NobodyNamed);
        if (passkeys is [])
            return new(SignInAdvice.Fallback, SignInReason.NoPasskey);

        var found = passkeys.Select(passkey => (Passkey: passkey, Reason: Find(passkey, visit))).ToList();
        foreach (var here in (SignInReason[])[SignInReason.SyncedHere, SignInReason.MadeOnThisSystem, SignInReason.MayBeHere])
        {
            if (found.Exists(one => one.Reason == here))
                return new(SignInAdvice.Local, here);
        }

        var hasKey = found.Exists(one => one.Reason == SignInReason.OnSecurityKey);
        SignInReason? byPhone = visit.Page.Phone != false && found.Where(one => one.Passkey.IsLent).ToList() is [var first, ..]
            ? first.Reason
            : null;
        // Where a browser does not say that it finds phones, a key is the safer bet.
        if (byPhone is { } lent && (visit.Page.Phone == true || !hasKey))
            return new(SignInAdvice.Phone, lent);
        return hasKey ? new(SignInAdvice.SecurityKey, SignInReason.OnSecurityKey) : new(SignInAdvice.Fallback, found[0].Reason);
    }

    /// <summary>Where a passkey is, seen from this device.</summary>
    public static SignInReason Find(KnownPasskey passkey, Visit visit)
    {
        if (passkey.IsOnKey)
            return SignInReason.OnSecurityKey;
        if (visit.Page.Local == false)
            return SignInReason.NoLocal;
        if (passkey.Provider.IsOn(visit.System, visit.Browser) is { } isHere)
            return (isHere, passkey.Synced) switch
            {
                (true, false) => SignInReason.MadeOnThisSystem,
                (true, _) => SignInReason.SyncedHere,
                (false, false) => SignInReason.BoundElsewhere,
                (false, _) => SignInReason.SyncedElsewhere,
            };
        if (passkey.IsOnPhone)
            return SignInReason.OnAnotherDevice;
        if (passkey is { Synced: false, LastSystem: { } last } && visit.System is not null)
            return last == visit.System ? SignInReason.MadeOnThisSystem : SignInReason.BoundElsewhere;
        return SignInReason.MayBeHere;
    }

    private static SignInAdvice OfNobody(PageCapabilities page) => page switch
    {
        { Immediate: true } => SignInAdvice.Local,
        { Autofill: true } => SignInAdvice.Autofill,
        { Local: not false } => SignInAdvice.Local,
        { Phone: not false } => SignInAdvice.Phone,
        _ => SignInAdvice.Fallback,
    };
}
