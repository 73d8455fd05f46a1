namespace OpenPassage.Server.Advice;

/// <summary>The makers of passkeys of whom it is known where their passkeys are.</summary>
internal enum PasskeyProvider
{
    /// <summary>Any other, or none that is told: its passkeys may be anywhere.</summary>
    Other,

    ICloudKeychain,
    GooglePasswordManager,
    WindowsHello,
    ChromeOnMac,
    MicrosoftPasswordManager,
}

/// <summary>Where a provider's passkeys are.</summary>
internal static class PasskeyProviders
{
    private static readonly Dictionary<Guid, PasskeyProvider> ByAaguid = new()
    {
        [new("fbfc3007-154e-4ecc-8c0b-6e020557d7bd")] = PasskeyProvider.ICloudKeychain,
        [new("dd4ec289-e01d-41c9-bb89-70fa845d4bf2")] = PasskeyProvider.ICloudKeychain,
        [new("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4")] = PasskeyProvider.GooglePasswordManager,
        [new("08987058-cadc-4b81-b6e1-30de50dcbe96")] = PasskeyProvider.WindowsHello,
        [new("6028b017-b1d4-4c02-b4b3-afcdafc96bb2")] = PasskeyProvider.WindowsHello,
        [new("9ddd1817-af5a-4672-a2b9-3e3dd95000a9")] = PasskeyProvider.WindowsHello,
        [new("adce0002-35bc-c60a-648b-0b25f1f05503")] = PasskeyProvider.ChromeOnMac,
        [new("d3452668-01fd-4c12-926c-83a4204853aa")] = PasskeyProvider.MicrosoftPasswordManager,
    };

    public static PasskeyProvider Of(Guid aaguid) => ByAaguid.GetValueOrDefault(aaguid);

    /// <summary>Whether its passkeys can be used in this browser; null: that is not known.</summary>
    public static bool? IsOn(this PasskeyProvider provider, string? system, string? browser) => (provider, system) switch
    {
        (PasskeyProvider.Other, _) or (_, null) => null,
        (PasskeyProvider.ICloudKeychain, _) => system is "iOS" or "iPadOS" or "macOS",
        (PasskeyProvider.WindowsHello, _) => system == "Windows",
        (PasskeyProvider.ChromeOnMac, _) => system == "macOS" && browser == "Chrome",
        (PasskeyProvider.GooglePasswordManager, "Android" or "ChromeOS") => true,
        // There it is an app that the user may have chosen.
        (PasskeyProvider.GooglePasswordManager, "iOS" or "iPadOS") => null,
        (PasskeyProvider.GooglePasswordManager, _) => browser == "Chrome",
        (PasskeyProvider.MicrosoftPasswordManager, "Windows") => browser == "Edge" ? true : null,
        _ => null,
    };
}
