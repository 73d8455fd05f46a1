using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Complete;

public sealed class SessionDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(5, 0, "Newest")]
    [InlineData(4, 0, "SameSuccessor")]
    [InlineData(4, 30, "SameSuccessor")]
    [InlineData(4, 31, "Reused")]
    [InlineData(3, 0, "Reused")]
    [InlineData(1, 0, "Reused")]
    [InlineData(6, 0, "Refused")]
    public void A_token_is_told_by_its_generation_and_the_time_since_the_last_one(long generation, int secondsSince, string verdict)
        => Assert.Equal(
            verdict,
            SessionDecision.Of(
                Session() with { RotatedAt = Now.AddSeconds(-secondsSince) }, generation, Now, TimeSpan.FromSeconds(30)).ToString());

    [Fact]
    public void A_session_that_is_over_has_no_good_tokens_and_none_that_tell_of_a_thief()
    {
        foreach (var over in (Session?[])[
            null, Session() with { IsRevoked = true }, Session() with { ExpiresAt = Now },
            Session() with { UserStatus = UserStatus.Inactive }])
        {
            foreach (var generation in (long[])[1, 4, 5, 6])
                Assert.Equal(RefreshVerdict.Refused, SessionDecision.Of(over, generation, Now, TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public void Without_a_grace_the_token_before_is_used_again()
        => Assert.Equal(
            RefreshVerdict.Reused, SessionDecision.Of(Session() with { RotatedAt = Now.AddMilliseconds(-1) }, 4, Now, TimeSpan.Zero));

    private static Session Session() => new()
    {
        Id = "s", UserId = "u", Generation = 5, RotatedAt = Now, CreatedAt = Now.AddHours(-1), LastUsedAt = Now,
        AbsoluteAt = Now.AddDays(1), ExpiresAt = Now.AddHours(1), IsRevoked = false, Amr = "swk user", DeviceId = "", IpAddress = "",
        UserAgent = "", UserStatus = UserStatus.Active,
    };
}
