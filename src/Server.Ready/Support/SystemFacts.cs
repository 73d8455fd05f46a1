using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Ready.Support;

/// <summary>
/// What depends on the system under a browser, of which the data about browsers says nothing: whether the system has passkeys, whether
/// they are synchronised, and who speaks to a phone nearby. What depends on what somebody has installed or bought is left out.
/// </summary>
internal static class SystemFacts
{
    /// <summary>iCloud Keychain has passkeys, for Safari, other browsers and apps.</summary>
    public const int PasskeysOnIos = 16;

    // The same on the Mac; before, a Mac with Touch ID could keep keys that stayed there, in some browsers.
    private const int PasskeysOnMac = 13;

    private const int SafariWithPasskeys = 16;

    // Other browsers than Safari reach iCloud Keychain since 13.5, which is in all of 14.
    private const int PasskeysOnMacForAll = 14;

    // Google's Play services keep passkeys, and Google Password Manager synchronises them.
    private const int PasskeysOnAndroid = 9;

    // Windows Hello. Its passkeys stay on the device; those that are synchronised come with a password manager.
    private const int HelloOnWindows = 10;

    // Google Password Manager on ChromeOS, whose versions are Chrome's.
    private const int PasskeysOnChromeOs = 129;

    /// <summary>What a page can do besides what the browser does by itself.</summary>
    /// <param name="row">The browser.</param>
    /// <param name="system">Its system.</param>
    /// <param name="systemMajor">At least this version; 0: unknown.</param>
    /// <param name="version">The browser's.</param>
    public static Capabilities OfPage(SupportRow row, string system, int systemMajor, int version) => system switch
    {
        Systems.Ios or Systems.IPadOs when systemMajor >= PasskeysOnIos
            => Capabilities.Platform | Capabilities.Synced | Capabilities.CrossDevice,
        Systems.MacOs => OnMac(row, systemMajor, version),
        Systems.Android when systemMajor >= PasskeysOnAndroid
            => If(row.Has(Feature.Platform, version), Capabilities.Platform)
                // A browser that asks for passkeys rather than for keys to be named beforehand gets them from Google's manager.
                | If(row.Has(Feature.Discoverable, version), Capabilities.Synced),
        Systems.Windows => OnWindows(row, systemMajor, version) | Phone(row, version),
        Systems.ChromeOs => If(version >= PasskeysOnChromeOs, Capabilities.Platform | Capabilities.Synced) | Phone(row, version),
        Systems.Linux or "FreeBSD" or "OpenBSD" => Phone(row, version),
        _ => Capabilities.None,
    };

    /// <summary>What an app can do by what its system offers to apps; null: nothing is known.</summary>
    public static Capabilities? OfApp(string system, int major)
    {
        const Capabilities Apple = Capabilities.SecurityKey | Capabilities.Platform | Capabilities.Synced | Capabilities.CrossDevice;
        return system switch
        {
            // AuthenticationServices: passkeys in suggestions are not for apps of the Mac; conditional registration came two years later.
            Systems.Ios or Systems.IPadOs when major >= PasskeysOnIos
                => Apple | Capabilities.ConditionalUi | If(major >= 18, Capabilities.ConditionalCreate),
            Systems.VisionOs when major >= 1 => Apple | Capabilities.ConditionalUi | If(major >= 2, Capabilities.ConditionalCreate),
            Systems.MacOs when major >= PasskeysOnMac => Apple | If(major >= 15, Capabilities.ConditionalCreate),
            // Credential Manager, which finds keys that are plugged in too.
            Systems.Android when major >= PasskeysOnAndroid
                => Capabilities.SecurityKey | Capabilities.Platform | Capabilities.Synced,
            _ => null,
        };
    }

    /// <summary>The oldest version of the system that this version of the browser still runs on; 0: unknown.</summary>
    public static int OldestFor(SupportRow row, string system, int version)
    {
        var table = SupportTable.Shared;
        return system switch
        {
            Systems.Windows when row == table.Chrome || row == table.Edge => If(version >= 110, 10),
            Systems.Windows when row == table.Firefox => If(version >= 116, 10),
            Systems.Windows when row == table.Opera => If(version >= 96, 10),
            Systems.MacOs when row == table.Safari => If(version >= 18, 13),
            Systems.Android when row == table.ChromeOnAndroid => If(version >= 139, 10),
            _ => 0,
        };
    }

    private static Capabilities OnMac(SupportRow row, int systemMajor, int version)
    {
        var table = SupportTable.Shared;
        var phone = Phone(row, version);
        if (systemMajor < PasskeysOnMac)
            return phone;
        if (row == table.Safari)
            return If(version >= SafariWithPasskeys, Capabilities.Platform | Capabilities.Synced | Capabilities.CrossDevice);
        // Firefox leaves it all to the system, Chrome since then asks iCloud Keychain too; of Edge and Opera it is not known.
        if (row == table.Firefox)
            return If(version >= 122 && systemMajor >= PasskeysOnMacForAll,
                Capabilities.Platform | Capabilities.Synced | Capabilities.CrossDevice);
        return phone | If(row.Has(Feature.Platform, version), Capabilities.Platform)
            | If(row == table.Chrome && version >= 118 && systemMajor >= PasskeysOnMacForAll, Capabilities.Synced);
    }

    private static Capabilities OnWindows(SupportRow row, int systemMajor, int version)
        // Firefox asks Windows Hello since 66: the data says of its later versions, too, that they know security keys only.
        => If(systemMajor >= HelloOnWindows && (row == SupportTable.Shared.Firefox ? version >= 66 : row.Has(Feature.Platform, version)),
            Capabilities.Platform);

    // Chromium on desks speaks to phones by itself; others leave it to the system. Opera 95 is Chromium 109.
    private static Capabilities Phone(SupportRow row, int version)
    {
        var table = SupportTable.Shared;
        return If((row == table.Chrome || row == table.Edge) ? version >= 109 : row == table.Opera && version >= 95,
            Capabilities.CrossDevice);
    }

    private static Capabilities If(bool holds, Capabilities then) => holds ? then : Capabilities.None;

    private static int If(bool holds, int then) => holds ? then : 0;
}
