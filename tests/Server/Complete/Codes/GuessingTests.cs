using OpenPassage.Server.Complete.Codes;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Sealing;

namespace OpenPassage.Server.Tests.Complete.Codes;

/// <summary>
/// Threat 37: what guessing comes to, by arithmetic over the limits that the server has. A code has six digits, because Passage's clients
/// take no other: one guess at a code whose id the guesser holds is right once in a million, and no limit makes that less.
/// </summary>
public sealed class GuessingTests
{
    private const double Codes = 1_000_000;
    private const int Attackers = 1_000;

    private static readonly CodeOptions Limits = new();
    private static readonly TimeSpan Lifetime = new MethodsOptions().OtpTtl;

    [Fact]
    public void At_a_code_that_somebody_else_has_asked_for_a_thousand_attackers_succeed_less_than_once_in_a_million()
    {
        // They do not hold its id, which is 128 random bits inside a seal, and may guess that too: as often as the server lets them call.
        var calls = Attackers * (double)new OpenPassageOptions().Limits.BrowserCallsPerMinute * Math.Ceiling(Lifetime.TotalMinutes + 1);
        var odds = calls / Math.Pow(2, 8 * TicketId.Length) / Codes;

        Assert.True(calls > Attackers);
        Assert.True(odds < 1e-6, $"{odds}");
    }

    [Fact]
    public void At_codes_that_they_ask_for_themselves_the_number_of_attackers_changes_nothing()
    {
        // However many they are: a code takes five guesses.
        Assert.Equal(5e-6, CodeDecision.Tries / Codes);

        // All codes of an address that are good at once: sent as fast as may be, and each guessed at to its end.
        var sends = Math.Min(SendDecision.MostPerHour, 1 + (int)(Lifetime / SendDecision.Pause));
        var guesses = Math.Min(sends * CodeDecision.Tries, CodeDecision.MostFailuresPerDay);
        Assert.Equal(25, guesses);

        // A day. On PostgreSQL guesses at the same moment do not see each other: when one more is left, all that the codes take which are
        // good then.
        var day = CodeDecision.MostFailuresPerDay - 1 + (SendDecision.MostLive * CodeDecision.Tries);
        Assert.True(day / Codes < 5e-5);
    }

    [Fact]
    public void At_all_addresses_of_an_app_together_the_limits_of_the_app_hold_and_an_alarm_tells()
    {
        // An hour. In between the numbers that nodes tell each other, five seconds old, a network adds what calls it may make.
        Assert.InRange(Limits.WrongPerHour, 1_000, 2_000);
        Assert.True(Limits.WrongPerHour / Codes <= 2e-3);
        // So over a code's lifetime, of which an hour has twelve, and for each of the thousand: less than once in a million.
        var each = Limits.WrongPerHour / (TimeSpan.FromHours(1) / Lifetime) / Codes / Attackers;
        Assert.True(each < 1e-6, $"{each}");
    }
}
