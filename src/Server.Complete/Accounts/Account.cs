using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>A user of a Complete app with what the user goes by.</summary>
/// <param name="User">The user.</param>
/// <param name="Identifiers">Oldest first.</param>
internal sealed record Account(User User, IReadOnlyList<Identifier> Identifiers)
{
    public Identifier? Email => Identifiers.FirstOrDefault(one => one.Kind == Accounts.Identifiers.Email.Word);

    public Identifier? Phone => Identifiers.FirstOrDefault(one => one.Kind == Accounts.Identifiers.Phone.Word);

    /// <summary>Whether one of them is proven to be the user's; what a mail scanner may have done is no proof.</summary>
    public bool IsVerified => Identifiers.Any(one => one.IsProven);

    /// <summary>
    /// Whether that is enough to sign in where an app asks for proof. An account that was proven stays so when its user changes the
    /// address and confirms it elsewhere: that proof is a weak one, but whoever can ask for a change has signed in before.
    /// </summary>
    public bool IsVerifiedEnough => IsVerified || Identifiers.Any(one => one.IsWeak && one.CreatedAt > User.CreatedAt);
}
