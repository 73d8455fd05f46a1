using System.Numerics;
using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Ready.Support;

/// <summary>
/// What versions of browsers can do, as is publicly known: by <c>BrowserSupport.txt</c>, and by <see cref="SystemFacts"/> where that
/// depends on the system. What a single device has, such as a screen lock, only the device can say. Of
/// <see cref="Capabilities.ImmediateUi"/> nothing is known yet.
/// </summary>
internal static class BrowserSupport
{
    private const int NewEnough = 999;

    /// <summary>The day of the data that the table is made of.</summary>
    public static DateOnly Date => SupportTable.Shared.Date;

    /// <summary>
    /// What this kind of device can do by its browser and system; null: the versions are unknown, or not in the table. A bit that is
    /// not set: it cannot, or nobody knows.
    /// </summary>
    public static Capabilities? Of(Profile profile)
    {
        if (profile.Platform != Platforms.Web)
            return SystemFacts.OfApp(profile.System, profile.SystemMajor);
        return Find(profile) is var (row, version) ? Can(row, profile, version) : null;
    }

    /// <summary>
    /// The version of the same browser from which it can do this on the same system; null: it never can, or it is not known, or another
    /// version would not help: on Apple's mobile systems what other browsers than Safari can do comes with the system.
    /// </summary>
    /// <remarks>
    /// Of a system whose version is unknown it is the first version on a system that is new enough: an update of the browser is what is
    /// asked for, and the oldest system that a browser still runs on would name a much later one.
    /// </remarks>
    /// <param name="profile">Of it the browser's version is not looked at.</param>
    /// <param name="capability">One.</param>
    public static int? FirstWith(Profile profile, Capabilities capability)
    {
        if (!BitOperations.IsPow2((int)capability))
            throw new ArgumentOutOfRangeException(nameof(capability), capability, "Ask for one capability.");
        if (profile.Platform != Platforms.Web || RowOf(profile) is not { } row)
            return null;
        if (IsIos(profile.System) && profile.Browser != Browsers.Safari)
            return null;
        for (var version = 1; version <= row.Current; version++)
        {
            if (Runs(row, profile, version) && (Can(row, profile, version, unknown: NewEnough) & capability) != Capabilities.None)
                return version;
        }

        return null;
    }

    private static (SupportRow Row, int Version)? Find(Profile profile)
    {
        if (profile.Platform != Platforms.Web || RowOf(profile) is not { } row)
            return null;
        var version = !IsIos(profile.System) ? profile.BrowserMajor
            : profile.SystemMajor > 0 ? profile.SystemMajor
            : profile.Browser == Browsers.Safari ? profile.BrowserMajor
            : 0;
        return version > 0 && Runs(row, profile, version) ? (row, version) : null;
    }

    // "unknown" is what an unknown system is taken for; 0: the oldest on which that version runs.
    private static Capabilities Can(SupportRow row, Profile profile, int version, int unknown = 0)
    {
        var can = Capabilities.None;
        if (row.Has(Feature.WebAuthn, version))
            can |= Capabilities.SecurityKey | SystemFacts.OfPage(row, profile.System, SystemOf(row, profile, version, unknown), version);
        if (row.Has(Feature.ConditionalGet, version))
            can |= Capabilities.ConditionalUi;
        if (row.Has(Feature.ConditionalCreate, version))
            can |= Capabilities.ConditionalCreate;
        return can;
    }

    private static int SystemOf(SupportRow row, Profile profile, int version, int unknown)
        => IsIos(profile.System) ? version
            : profile.SystemMajor > 0 ? profile.SystemMajor
            : unknown > 0 ? unknown
            : SystemFacts.OldestFor(row, profile.System, version);

    /// <summary>Whether there is such a version on this system, as far as is known.</summary>
    private static bool Runs(SupportRow row, Profile profile, int version)
        => IsIos(profile.System)
            // Before that, Apple let no other browser have passkeys, and said little of what else it let them do.
            ? profile.Browser == Browsers.Safari || version >= SystemFacts.PasskeysOnIos
            : profile.SystemMajor == 0 || profile.SystemMajor >= SystemFacts.OldestFor(row, profile.System, version);

    private static SupportRow? RowOf(Profile profile)
    {
        var table = SupportTable.Shared;
        return (profile.Browser, profile.System) switch
        {
            // Apps' pages: what these can do is up to the app.
            ("" or "Facebook" or "Instagram" or "WeChat" or "Google app", _) => null,
            (_, Systems.Ios or Systems.IPadOs) => table.SafariOnIos,
            (Browsers.Safari, Systems.MacOs) => table.Safari,
            (Browsers.Chrome, Systems.Android) => table.ChromeOnAndroid,
            (Browsers.Firefox, Systems.Android) => table.FirefoxOnAndroid,
            (Browsers.Opera, Systems.Android) => table.OperaOnAndroid,
            (Browsers.SamsungInternet, Systems.Android) => table.SamsungInternet,
            (Browsers.Chrome, Systems.ChromeOs) => table.Chrome,
            (var browser, Systems.Windows or Systems.MacOs or Systems.Linux or "FreeBSD" or "OpenBSD") => browser switch
            {
                Browsers.Chrome => table.Chrome,
                Browsers.Edge => table.Edge,
                Browsers.Firefox => table.Firefox,
                Browsers.Opera => table.Opera,
                _ => null,
            },
            _ => null,
        };
    }

    private static bool IsIos(string system) => system is Systems.Ios or Systems.IPadOs;
}
