using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Codes;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Tests.Complete.Codes;

public sealed class CodeDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    [Theory]
    // A try was taken · what is left where it was not · the code is spent · later ones have not taken its place · it fits.
    [InlineData(true, 0, false, true, true, "Right")]
    [InlineData(true, 0, false, true, false, "Wrong")]
    [InlineData(true, 0, false, false, true, "Wrong")]
    [InlineData(false, 0, false, true, true, "Exhausted")]
    [InlineData(false, 0, false, true, false, "Exhausted")]
    [InlineData(false, 3, false, true, true, "Exhausted")]
    [InlineData(false, 4, true, true, true, "Wrong")]
    [InlineData(false, 0, true, true, false, "Wrong")]
    public void A_guess_is_right_only_where_a_try_was_taken(
        bool hasTaken, int left, bool isSpent, bool isLive, bool fits, string verdict)
        => Assert.Equal(verdict, CodeDecision.Of(hasTaken, hasTaken ? null : new CodeState(left, isSpent), isLive, fits).ToString());

    [Theory]
    [InlineData(null, false, false, false, "NoAccount", false)]
    [InlineData(null, false, true, false, "NoAccount", false)]
    [InlineData(null, false, true, true, "SignUpCode", true)]
    [InlineData(null, true, true, false, "SignUpCode", true)]
    [InlineData("Pending", true, true, false, "SignUpCode", false)]
    [InlineData("Pending", true, false, false, "SignUpCode", false)]
    [InlineData("Pending", false, false, false, "SignUpCode", false)]
    [InlineData("Active", false, false, false, "SignInCode", false)]
    [InlineData("Active", false, true, true, "SignInCode", false)]
    [InlineData("Active", true, true, false, "SignInCode", false)]
    [InlineData("Inactive", false, true, false, "SignInCode", false)]
    [InlineData("Inactive", true, true, false, "SignInCode", false)]
    public void What_is_sent_is_what_the_owner_of_the_address_needs(
        string? status, bool signsUp, bool isHidden, bool hasSignedUp, string kind, bool mayBegin)
    {
        var message = CodeDecision.ToSend(status is null ? null : Account(Enum.Parse<UserStatus>(status)), signsUp, isHidden, hasSignedUp);

        Assert.Equal((kind, mayBegin), (message.Kind.ToString(), message.MayBegin));
    }

    [Fact]
    public void One_is_sent_in_half_a_minute_five_in_an_hour_and_twenty_in_a_day()
    {
        Assert.Null(Wait());
        Assert.Equal(30, Wait(0));
        Assert.Equal(1, Wait(29));
        Assert.Null(Wait(30));
        Assert.Null(Wait(60, 120, 180, 240));
        Assert.Equal(3600 - 300, Wait(60, 120, 180, 240, 300));
        Assert.Null(Wait(60, 120, 180, 240, 3600));
        var hours = Enumerable.Range(0, 20).Select(number => 3600 + (number * 900)).ToArray();
        Assert.Equal(86400 - hours[^1], Wait(hours));
        Assert.Null(Wait(hours[..^1]));
        Assert.Null(Wait([.. hours[..^1], 86400]));

        static double? Wait(params int[] secondsAgo)
            => SendDecision.Wait(secondsAgo.Select((ago, place) => Sent(ago, isOwn: false, place)), isOwn: false, Now)?.TotalSeconds;
    }

    [Fact]
    public void What_strangers_ask_for_does_not_use_up_what_the_user_may_be_sent_nor_the_other_way_round()
    {
        Sent[] strangers = [.. Enumerable.Range(0, 5).Select(place => Sent(place * 31, isOwn: false, place))];

        Assert.NotNull(SendDecision.Wait(strangers, isOwn: false, Now));
        Assert.Null(SendDecision.Wait(strangers, isOwn: true, Now));
        Assert.Null(SendDecision.Wait(strangers.Select(one => one with { IsOwn = true }), isOwn: false, Now));
    }

    [Fact]
    public void Of_more_than_five_codes_the_latest_are_good_and_the_users_own_before_those_of_strangers()
    {
        Sent[] six = [.. Enumerable.Range(0, 6).Select(place => Sent(place * 31, isOwn: false, place))];
        Assert.Equal([true, true, true, true, true, false], six.Select(one => IsLive(six, one)));

        Sent[] mixed = [.. six, Sent(299, isOwn: true, 6)];
        Assert.True(IsLive(mixed, mixed[6]));
        Assert.Equal([true, true, true, true, false, false], six.Select(one => IsLive(mixed, one)));

        Assert.False(IsLive(six, Sent(300, isOwn: true, 7)));
        Assert.False(IsLive([Sent(300, isOwn: true, 7)], Sent(300, isOwn: true, 7)));

        static bool IsLive(Sent[] sent, Sent which) => SendDecision.IsLive(sent, which.MessageId, Lifetime, Now);
    }

    [Fact]
    public void Codes_are_six_digits_and_every_one_is_as_likely()
    {
        var first = new int[10];
        for (var i = 0; i < 20_000; i++)
        {
            var digits = Code.NewDigits();
            Assert.True(Code.IsCode(digits));
            first[digits[0] - '0']++;
        }

        // 2,000 of each are expected; 300 more or fewer are seven standard deviations.
        Assert.All(first, count => Assert.InRange(count, 1700, 2300));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("12345a")]
    [InlineData("١٢٣٤٥٦")]
    [InlineData(" 23456")]
    [InlineData("-12345")]
    public void Nothing_else_is_a_code(string text) => Assert.False(Code.IsCode(text));

    private static Sent Sent(int secondsAgo, bool isOwn, int place)
        => new($"m{place}", MessageKind.SignInCode, isOwn, Now - TimeSpan.FromSeconds(secondsAgo));

    private static Account Account(UserStatus status) => new(
        new User
        {
            App = new("shop"), Id = "u", ExternalId = null, Name = "ann", Handle = UserHandle.Create(), Status = status, CreatedAt = Now,
            UpdatedAt = Now,
        },
        []);
}
