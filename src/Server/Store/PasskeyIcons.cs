namespace OpenPassage.Server.Store;

/// <summary>Our own neutral glyphs by kind of passkey, as data URIs.</summary>
internal static class PasskeyIcons
{
    public static string? Light(DeviceType type) => throw new NotImplementedException();

    public static string? Dark(DeviceType type) => throw new NotImplementedException();
}
