namespace OpenPassage.Server.Users;

/// <summary>A kind of name that users go by beside the external id, such as <c>email</c>. The product that has it declares it.</summary>
/// <param name="Word">In the database.</param>
/// <param name="ToCompared">
/// Makes the form that is compared from what was given: two texts with one such form are one identifier, and so one user's.
/// </param>
internal sealed record IdentifierKind(string Word, Func<string, string> ToCompared)
{
    /// <summary>
    /// Makes the beginning of that form from what somebody has begun to write; null: none of this kind is written so.
    /// </summary>
    public Func<string, string?> ToBeginning { get; init; } = static text => text;

    /// <summary>The words of those that the wire has members for.</summary>
    public const string Email = "email";

    /// <inheritdoc cref="Email"/>
    public const string Phone = "phone";
}

/// <summary>One name that a user goes by.</summary>
/// <param name="Kind">The word of its kind.</param>
/// <param name="Value">In the form that is compared.</param>
/// <param name="Given">As it was given.</param>
/// <param name="VerifiedAt">When it was proven to be the user's; null: it was not.</param>
/// <param name="IsWeak">Whether that proof was one that a mail scanner may have given; its owner can still take it.</param>
/// <param name="CreatedAt">Since when the user has it.</param>
internal sealed record Identifier(
    string Kind, string Value, string Given, DateTimeOffset? VerifiedAt, bool IsWeak, DateTimeOffset CreatedAt)
{
    /// <summary>Whether it is proven to be the user's, beyond doubt.</summary>
    public bool IsProven => VerifiedAt is not null && !IsWeak;
}

internal enum IdentifierOutcome
{
    /// <summary>The user has it, now or already.</summary>
    Has,

    /// <summary>Another user of the app has it.</summary>
    Taken,

    /// <summary>The app has no such user.</summary>
    NoSuchUser,
}
