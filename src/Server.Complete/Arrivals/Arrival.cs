using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Complete.Arrivals;

/// <summary>Somebody has shown that an address or a number is theirs, by something that is good once.</summary>
internal sealed record Arrival
{
    public required App App { get; init; }

    /// <summary>What was proven.</summary>
    public required AccountIdentifier Identifier { get; init; }

    /// <summary>What it proves.</summary>
    public required ArrivalProof Proof { get; init; }

    /// <summary>Whether an account is made where nobody has the identifier.</summary>
    public required bool MayBegin { get; init; }

    /// <summary>The id of the user who is made, unless there is one of this id. Null: any.</summary>
    public string? NewUserId { get; init; }

    /// <summary>
    /// The session that begins: <see cref="SessionTokens.New"/> with how the user signed in, in the words of RFC 8176 §2.
    /// </summary>
    public required NewSession Session { get; init; }

    /// <summary>
    /// Spends what was good once: makes the SQL of a statement that does it on a condition, and touches a row only if it does. It may use
    /// <c>@app</c>, <c>@now</c>, <c>@attempt</c>, which is this try's alone, <c>@session</c>, and <see cref="Parameters"/>.
    /// </summary>
    public required Func<string, string> Spend { get; init; }

    /// <summary>SQL over the same: whether this very try has spent it.</summary>
    public required string SpentNow { get; init; }

    /// <summary>What those two ask besides.</summary>
    public required Parameter[] Parameters { get; init; }

    /// <summary>More SQL for the same transaction, over the same and <c>@user</c>: each statement must ask whether it is spent.</summary>
    public IReadOnlyList<string> Then { get; init; } = [];

    /// <summary>What the user's events call it.</summary>
    public required EventKind Event { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required Caller Caller { get; init; }
}

/// <summary>What is proven by the way somebody arrives.</summary>
internal enum ArrivalProof
{
    /// <summary>A mail scanner may have done it, and somebody who is not the owner may be signed in by that: it takes nothing.</summary>
    Weak,

    /// <summary>
    /// A mail scanner may have done it, and nobody else is signed in by that. What nobody has yet is whoever's it is that reads the
    /// mailbox; what somebody has, it does not take.
    /// </summary>
    OfMailbox,

    /// <summary>Only the owner can have done it: by a code, or by a link on the network that asked for it.</summary>
    Strong,
}

/// <summary>What an arrival came to.</summary>
internal enum ArrivalResult
{
    /// <summary>The user is signed in.</summary>
    SignedIn,

    /// <summary>Somebody else was first: it was spent, or has expired. Nothing was written.</summary>
    NotSpent,

    /// <summary>Nobody has the identifier, and no account may be made. Nothing was written.</summary>
    NoAccount,

    /// <summary>The user is deactivated. Nothing was written.</summary>
    NotActive,
}

/// <summary>What an arrival came to, and who is signed in.</summary>
/// <param name="Result">What it came to.</param>
/// <param name="UserId">Who; empty: nobody.</param>
/// <param name="AuthResult">What the client gets; null: nobody is signed in.</param>
internal readonly record struct ArrivalOutcome(ArrivalResult Result, string UserId, AuthResult? AuthResult);
