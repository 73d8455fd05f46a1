using OpenPassage.Server.Values;

namespace OpenPassage.Server.Statistics;

/// <summary>The kinds of counters, as they stand in the database.</summary>
internal static class Counted
{
    /// <summary>Ceremonies begun, by <see cref="CeremonyKinds"/>.</summary>
    public const string Started = "started";

    /// <summary>Ceremonies that the browser brought an answer to.</summary>
    public const string Answered = "answered";

    /// <summary>Ceremonies that came to a passkey made or used.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>Nonces that a backend has verified.</summary>
    public const string Verified = "verified";

    /// <summary>Answers refused, by code.</summary>
    public const string Refused = "refused";

    /// <summary>Sign-ins, by whole seconds from start to finish; the last label is <see cref="MaxSeconds"/> and longer.</summary>
    public const string Seconds = "seconds";

    /// <summary>What those took together, in milliseconds.</summary>
    public const string Milliseconds = "milliseconds";

    /// <summary>Passkeys made, by provider.</summary>
    public const string Provider = "provider";

    /// <summary>Passkeys made: synced, device-bound, not known.</summary>
    public const string Synced = "synced";

    /// <summary>Sign-ins and registrations by operating system.</summary>
    public const string System = "system";

    /// <summary>Sign-ins and registrations by browser.</summary>
    public const string Browser = "browser";

    /// <summary>Passkeys that users have added after a sign-in without one, by how that was (RFC 8176).</summary>
    public const string Enrolled = "enrolled";

    /// <summary>Prompts to make a passkey, by browser and system.</summary>
    public const string Asked = "asked";

    /// <summary>Passkeys made by those, by browser and system.</summary>
    public const string Made = "made";

    /// <summary>What prompts came to, as pages tell it: kind, result and browser, with blanks between.</summary>
    public const string Prompt = "prompt";

    /// <summary>What browsers reject with, as pages tell it: kind and name, with a blank between.</summary>
    public const string PromptError = "prompt_error";

    /// <summary>How far users came whom an app asks, and those whom it does not: group and step, with a blank between.</summary>
    public const string Share = "share";

    /// <summary>Users who signed in, once a month; the day is the month's first.</summary>
    public const string Active = "active";

    public const int MaxSeconds = 60;
}

/// <summary>How a ceremony was begun.</summary>
internal static class CeremonyKinds
{
    public const string Register = "register";

    /// <summary>A sign-in that a backend asked one user for.</summary>
    public const string Authenticate = "authenticate";

    /// <summary>A sign-in without a name: autofill, or a button. Pages begin one at every visit.</summary>
    public const string Discoverable = "discoverable";

    /// <summary>A sign-in with a one-time code: begun when the code is sent.</summary>
    public const string Code = "code";
}

/// <summary>What is counted. Labels come from fixed sets: a stranger's words are never one.</summary>
internal readonly record struct Counter(AppId App, string Kind, long Day, string Label);

/// <summary>A user who signed in within a month.</summary>
internal readonly record struct ActiveUser(AppId App, long Month, string UserId);

/// <summary>Days as the database counts them.</summary>
internal static class Days
{
    public static long Of(DateTimeOffset time) => (time.UtcDateTime - DateTime.UnixEpoch).Days;

    public static long OfMonth(DateTimeOffset time) => Of(new(time.UtcDateTime.Year, time.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero));

    public static long OfDate(DateOnly date) => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    public static DateOnly ToDate(long day) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)day);
}
