using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;

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

    /// <inheritdoc cref="SendDecision.OccasionOf"/>
    public static CodeMessage ToSend(Account? account, bool signsUp, bool isHidden, bool hasSignedUp)
    {
        var (occasion, mayBegin) = SendDecision.OccasionOf(account, signsUp, isHidden, hasSignedUp);
        return new(
            occasion switch
            {
                SendOccasion.SignUp => MessageKind.SignUpCode,
                SendOccasion.SignIn => MessageKind.SignInCode,
                _ => MessageKind.NoAccount,
            },
            mayBegin);
    }
}
