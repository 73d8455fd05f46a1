using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Codes;

/// <summary>What a guess comes to.</summary>
internal enum CodeVerdict { Right, Wrong, Exhausted }

/// <summary>What is known of the guesses at a code.</summary>
/// <param name="TriesLeft">At this code.</param>
/// <param name="IsSpent">Whether somebody has signed in with it.</param>
internal sealed record CodeState(int TriesLeft, bool IsSpent);

/// <summary>What is sent to somebody who asks for a code.</summary>
/// <param name="Kind">Which message.</param>
/// <param name="MayBegin">Whether whoever enters the code gets an account where there is none.</param>
internal readonly record struct CodeMessage(MessageKind Kind, bool MayBegin);

/// <summary>The rules for codes; no clock, no database.</summary>
internal static class CodeDecision
{
    /// <summary>How many guesses a code takes.</summary>
    public const int Tries = 5;

    /// <summary>How many wrong guesses an address or number takes in a day, at all its codes; then it gets no more of them.</summary>
    public const int MostFailuresPerDay = 25;

    /// <summary>Decides about a guess, once the try for it was taken or was not to be had.</summary>
    /// <param name="hasTaken">Whether it was taken: before anything is compared.</param>
    /// <param name="state">The code's, where it was not.</param>
    /// <param name="isLive">Whether no later codes have taken its place.</param>
    /// <param name="fits">Whether it is the code.</param>
    public static CodeVerdict Of(bool hasTaken, CodeState? state, bool isLive, bool fits)
    {
        if (!hasTaken)
            // One that is spent is as good as none; else there were too many guesses, at this code or at the address's others.
            return state is { IsSpent: true } ? CodeVerdict.Wrong : CodeVerdict.Exhausted;
        return isLive && fits ? CodeVerdict.Right : CodeVerdict.Wrong;
    }

    /// <summary>What to send.</summary>
    /// <param name="account">Of the address or number; null: it has none.</param>
    /// <param name="signsUp">Whether a page asks that registers; it has been refused where that cannot be.</param>
    /// <param name="isHidden">Whether nobody is to learn which accounts exist.</param>
    /// <param name="hasSignedUp">
    /// Whether a page that registers has asked lately. Passage's elements ask as if to sign in when somebody wants the code once more.
    /// </param>
    public static CodeMessage ToSend(Account? account, bool signsUp, bool isHidden, bool hasSignedUp)
    {
        var begins = account is null && isHidden && (signsUp || hasSignedUp);
        if (account is null && !begins)
            return new(MessageKind.NoAccount, MayBegin: false);
        return begins || account!.User.Status == UserStatus.Pending
            ? new(MessageKind.SignUpCode, begins)
            : new(MessageKind.SignInCode, MayBegin: false);
    }
}
