using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Arrivals;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Tests.Complete.Arrivals;

public sealed class ArrivalDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly AccountIdentifier Email = Identifiers.ParseEmail("ann@shop.example")!;

    [Theory]
    [InlineData("Strong", true, "Begins", true)]
    [InlineData("OfMailbox", true, "Begins", true)]
    [InlineData("Weak", true, "Begins", false)]
    [InlineData("Strong", false, "NoAccount", true)]
    [InlineData("OfMailbox", false, "NoAccount", true)]
    [InlineData("Weak", false, "NoAccount", false)]
    public void Where_there_is_no_account_one_begins_if_it_may(string proof, bool mayBegin, string verdict, bool isProven)
    {
        var by = Enum.Parse<ArrivalProof>(proof);

        Assert.Equal(verdict, ArrivalDecision.Of(null, Email, by, mayBegin).ToString());
        Assert.Equal(isProven, ArrivalDecision.IsStrong(null, by));
    }

    [Theory]
    // How the identifier is proven · whether the account came to it later · whether it made itself · whether it has another proof.
    [InlineData("proven", false, true, false, "SignsIn")]
    [InlineData("proven", true, true, true, "SignsIn")]
    [InlineData("unproven", false, true, false, "TakesOver")]
    [InlineData("unproven", false, false, false, "TakesOver")]
    [InlineData("unproven", true, true, false, "TakesOver")]
    [InlineData("unproven", false, true, true, "Moves")]
    [InlineData("unproven", true, true, true, "Moves")]
    [InlineData("unproven", false, false, true, "SignsIn")]
    [InlineData("weak", false, true, false, "TakesOver")]
    [InlineData("weak", true, true, false, "Moves")]
    [InlineData("weak", true, false, false, "Moves")]
    [InlineData("weak", true, true, true, "Moves")]
    [InlineData("weak", false, false, true, "Moves")]
    public void An_identifier_goes_to_its_owner_and_an_account_to_whoever_has_proven_it(
        string proof, bool isLater, bool madeItself, bool hasAnother, string verdict)
    {
        var account = Account(proof, isLater, madeItself, hasAnother);

        Assert.Equal(verdict, ArrivalDecision.Of(account, Email, ArrivalProof.Strong, mayBegin: false).ToString());
        Assert.Equal(verdict, ArrivalDecision.Of(account, Email, ArrivalProof.Strong, mayBegin: true).ToString());
        foreach (var weaker in (ArrivalProof[])[ArrivalProof.Weak, ArrivalProof.OfMailbox])
        {
            Assert.Equal("SignsIn", ArrivalDecision.Of(account, Email, weaker, mayBegin: true).ToString());
            Assert.False(ArrivalDecision.IsStrong(account, weaker));
        }
    }

    [Fact]
    public void A_pending_account_is_the_owners_and_a_deactivated_one_nobodys()
    {
        var account = Account("unproven", isLater: false, madeItself: true, hasAnother: false);

        var pending = account with { User = account.User with { Status = UserStatus.Pending } };
        var inactive = account with { User = account.User with { Status = UserStatus.Inactive } };

        Assert.Equal(ArrivalVerdict.TakesOver, ArrivalDecision.Of(pending, Email, ArrivalProof.Strong, mayBegin: false));
        Assert.Equal(ArrivalVerdict.TakesOver, ArrivalDecision.Of(pending, Email, ArrivalProof.OfMailbox, mayBegin: false));
        Assert.Equal(ArrivalVerdict.SignsIn, ArrivalDecision.Of(pending, Email, ArrivalProof.Weak, mayBegin: false));
        Assert.Equal(ArrivalVerdict.NotActive, ArrivalDecision.Of(inactive, Email, ArrivalProof.Strong, mayBegin: true));
    }

    private static Account Account(string proof, bool isLater, bool madeItself, bool hasAnother) => new(
        new User
        {
            App = new("shop"), Id = "u", ExternalId = null, Name = "ann", Handle = UserHandle.Create(), Status = UserStatus.Active,
            SignedUp = madeItself, CreatedAt = Now, UpdatedAt = Now,
        },
        [
            new("phone", "+14155552671", "+14155552671", hasAnother ? Now : null, IsWeak: false, Now),
            new("email", Email.Value, Email.Given, proof == "unproven" ? null : Now, proof == "weak", isLater ? Now.AddDays(1) : Now),
        ]);
}
