using System.Globalization;
using OpenPassage.Server.Ready.Picture;

namespace OpenPassage.OperatorConsole.Readiness;

/// <summary>The page's words for what the picture names and counts.</summary>
internal static class ReadinessWords
{
    /// <summary>What a device can do, as a label.</summary>
    public static string Label(string capability) => capability switch
    {
        "local" => "A passkey of its own",
        "synced" => "Synced passkeys",
        "autofill" => "Passkeys in the name field (autofill)",
        "phone" => "A passkey on a phone nearby",
        "key_only" => "Only a security key",
        _ => "No passkey at all",
    };

    /// <summary>The same, as the end of "devices that can …".</summary>
    public static string Doing(string capability) => capability switch
    {
        "local" => "use a passkey of their own",
        "synced" => "use synced passkeys",
        "autofill" => "offer passkeys in the name field",
        _ => "use a passkey on a phone nearby",
    };

    public static string Group(string by, string name, int? major, IReadOnlyDictionary<string, string> apps) => (by, name) switch
    {
        ("app", "") => "Keys for no app",
        (not "app", Server.Ready.Picture.Kind.Unknown) => "Not known",
        (_, Cells.Other) when major is null => "Others, each too few to show",
        ("app", _) => apps.GetValueOrDefault(name, name),
        ("platform", "web") => "Web pages",
        ("platform", "ios") => "iOS apps",
        ("platform", "android") => "Android apps",
        ("platform", "macos") => "macOS apps",
        ("platform", "tvos") => "tvOS apps",
        ("platform", "visionos") => "visionOS apps",
        ("browser", "app") => "Apps",
        _ => Version(name, major),
    };

    public static string Version(string name, int? major) => major is { } known ? $"{name} {known}" : $"{name}, version not known";

    /// <summary>A kind of device, such as "Chrome 108 on Android 9".</summary>
    public static string Kind(LeftBehindKind kind)
    {
        var system = kind.System == Server.Ready.Picture.Kind.Unknown ? "a system not known" : Short(kind.System, kind.SystemMajor);
        return kind.Browser switch
        {
            "app" => $"Apps on {system}",
            Server.Ready.Picture.Kind.Unknown => $"A browser not known on {system}",
            _ => $"{Short(kind.Browser, kind.BrowserMajor)} on {system}",
        };
    }

    public static string By(Grouping by) => by.Word switch
    {
        "platform" => "platform",
        "system" => "operating system",
        _ => by.Word,
    };

    /// <summary>What a factor of the funnel is called, and what it says.</summary>
    public static (string Label, string Meaning) Factor(string name, bool complete) => name switch
    {
        "ready" => ("Can use one", "of the devices can use a passkey of their own"),
        "asked" => ("Asked for one", "of the devices that can, and whose user does not sign in already, were asked for a passkey"),
        "made" => ("Make one", "of those who were asked made a passkey"),
        _ => ("Use it", complete
            ? "of the sign-ins were with a passkey"
            : "of the users with a passkey signed in with it in the best month"),
    };

    /// <summary>What to do about the weakest factor.</summary>
    public static string Advice(string weakest, bool complete) => weakest switch
    {
        "ready" => "Many devices cannot use a passkey of their own yet. See below who is left behind and what an update gains. Until then, "
            + "offer a passkey on a phone, and keep another way to sign in.",
        "asked" => "Most people are never asked. Offer a passkey right after each sign-in without one, and not only in the settings.",
        "made" => "Many are asked and do not make one. Ask at a quiet moment, say in one sentence what it is good for, and let people say "
            + "later. The overview shows where registrations stop.",
        _ => (complete ? "Many people sign in otherwise. " : "Many people have a passkey and do not use it. ")
            + "Put passkeys first on the sign-in page: in the name field, and as the first button.",
    };

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    public static string Percent(double? share) => share is { } known ? Percent(known) : "not known";

    /// <summary>Whole, for text that is read and not compared.</summary>
    public static string Whole(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";

    /// <summary>Half of an interval, in points.</summary>
    public static string Points(double points) => (100 * points).ToString("0.0", CultureInfo.InvariantCulture);

    public static string Month(DateOnly month) => month.ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    public static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>The months that were counted, such as "October and November 2026".</summary>
    public static string Months(DateOnly from, DateOnly to) => (from.Year == to.Year, to.Month - from.Month) switch
    {
        (true, 0) => Month(to),
        (true, 1) => $"{from.ToString("MMMM", CultureInfo.InvariantCulture)} and {Month(to)}",
        (true, _) => $"{from.ToString("MMMM", CultureInfo.InvariantCulture)} to {Month(to)}",
        _ => $"{Month(from)} to {Month(to)}",
    };

    private static string Short(string name, int? major) => major is { } known ? $"{name} {known}" : name;
}
