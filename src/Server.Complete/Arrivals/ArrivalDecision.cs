using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Arrivals;

/// <summary>What becomes of an account when somebody proves one of its identifiers.</summary>
internal enum ArrivalVerdict
{
    /// <summary>There is no account, and one is made.</summary>
    Begins,

    /// <summary>There is none, and none may be made.</summary>
    NoAccount,

    /// <summary>The account's user is deactivated.</summary>
    NotActive,

    /// <summary>It is the user's own account.</summary>
    SignsIn,

    /// <summary>
    /// Nobody had proven the account: it is the owner's now, and whoever claimed it before loses passkeys and sessions.
    /// </summary>
    TakesOver,

    /// <summary>
    /// The account is somebody else's, who claimed an identifier without proof: the owner takes that to an account of their own, and
    /// the account that claimed it loses passkeys and sessions.
    /// </summary>
    Moves,
}

/// <summary>The rule by which accounts go to the owners of their identifiers; no clock, no database.</summary>
internal static class ArrivalDecision
{
    /// <param name="account">Which has the identifier; null: none.</param>
    /// <param name="identifier">What is proven.</param>
    /// <param name="proof">What the way proves.</param>
    /// <param name="mayBegin">Whether an account may be made.</param>
    public static ArrivalVerdict Of(Account? account, AccountIdentifier identifier, ArrivalProof proof, bool mayBegin)
    {
        if (account is null)
            return mayBegin ? ArrivalVerdict.Begins : ArrivalVerdict.NoAccount;
        if (account.User.Status == UserStatus.Inactive)
            return ArrivalVerdict.NotActive;
        var known = account.Identifiers.First(one => one.Kind == identifier.Kind.Word && one.Value == identifier.Value);
        // A scanner may have opened the link: nobody loses anything by that.
        if (!IsStrong(account, proof) || known.IsProven)
            return ArrivalVerdict.SignsIn;
        // Somebody changed the account to this one later, and its owner may never have heard of that: a typing error gives nothing away.
        if (known.IsWeak && known.CreatedAt > account.User.CreatedAt)
            return ArrivalVerdict.Moves;
        if (!account.Identifiers.Any(one => one.IsProven))
            return ArrivalVerdict.TakesOver;
        // The account is its other identifier's owner's. That this one is the same person's, a backend may say; a stranger may not.
        return account.User.SignedUp || known.IsWeak ? ArrivalVerdict.Moves : ArrivalVerdict.SignsIn;
    }

    /// <summary>
    /// Whether the identifier is proven beyond doubt. A pending account has no passkeys and no sessions: it is nobody's yet.
    /// </summary>
    public static bool IsStrong(Account? account, ArrivalProof proof)
        => proof == ArrivalProof.Strong
            || (proof == ArrivalProof.OfMailbox && account is null or { User.Status: UserStatus.Pending });
}
