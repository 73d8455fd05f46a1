using System.Text;

namespace OpenPassage.Server.Passkeys;

/// <summary>Our own neutral glyphs by kind of passkey, as data URIs; 24 by 24, one colour.</summary>
internal static class PasskeyIcons
{
    // A key.
    private const string Passkey = """
        <path d="M7 7a5 5 0 1 0 4.6 7H14v3h3v-3h2v2h3v-6H11.6A5 5 0 0 0 7 7zm0 3a2 2 0 1 1 0 4 2 2 0 0 1 0-4z" fill-rule="evenodd"/>
        """;

    // A stick with a plug and a touch spot.
    private const string SecurityKey = """
        <path d="M9 2h6v5H9zM10.5 3.5v2h1v-2zM12.5 3.5v2h1v-2zM7 8h10v11a3 3 0 0 1-3 3h-4a3 3 0 0 1-3-3zM12 11a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z" fill-rule="evenodd"/>
        """;

    // A telephone with a lock on its screen.
    private const string Platform = """
        <path d="M8 1h8a2 2 0 0 1 2 2v18a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2zM8 4v15h8V4zM11 20.3h2v1h-2z" fill-rule="evenodd"/><path d="M10 11V9.8a2 2 0 0 1 4 0V11h.5v4h-5v-4zm1 0h2V9.8a1 1 0 0 0-2 0z" fill-rule="evenodd"/>
        """;

    private static readonly string[] LightIcons = Draw("#1f2328");
    private static readonly string[] DarkIcons = Draw("#f0f3f6");

    /// <summary>For light backgrounds; null where no glyph fits.</summary>
    public static string? Light(DeviceType type) => LightIcons.ElementAtOrDefault((int)type);

    /// <summary>For dark backgrounds; null where no glyph fits.</summary>
    public static string? Dark(DeviceType type) => DarkIcons.ElementAtOrDefault((int)type);

    // In the order of DeviceType.
    private static string[] Draw(string colour) => [DataUri(Passkey, colour), DataUri(SecurityKey, colour), DataUri(Platform, colour)];

    private static string DataUri(string shapes, string colour)
        => "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(
            $"""<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="{colour}">{shapes}</svg>"""));
}
