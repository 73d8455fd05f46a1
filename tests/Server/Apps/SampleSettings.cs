using OpenPassage.Host.Serving;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Tests.Apps;

/// <summary>For every setting of an app a value that is not its default, and that can stand beside the others.</summary>
internal static class SampleSettings
{
    private const string Fingerprint =
        "14:6D:E9:83:C5:73:06:50:D8:EE:B9:95:2F:34:FC:64:16:A0:83:42:E6:1D:BE:A8:8A:04:96:B2:3F:CF:44:E5";

    private static readonly string Another = string.Join(':', Enumerable.Repeat("AB", 32));

    /// <summary>Of what has no words of its own to choose from.</summary>
    private static readonly Dictionary<string, string[]> Texts = new(StringComparer.Ordinal)
    {
        ["name"] = ["The \"shop\" \\ and its\ttab, çà et là"],
        ["rp_id"] = ["shop.example"],
        ["rp_name"] = ["Shop & Söhne"],
        ["origins"] = ["https://login.shop.example", "https://www.shop.example:8443"],
        ["related_origins"] = ["https://shop.example.net", "https://shop.example.org"],
        ["android_apps"] = [$"com.example.shop {Fingerprint} {Another}", $"com.example.other {Another}"],
        ["apple_apps"] = ["ABCDE12345.com.example.shop", "ABCDE12345.com.example.other"],
        ["passkey_endpoints.enroll"] = ["https://shop.example/enroll"],
        ["passkey_endpoints.manage"] = ["https://shop.example/manage"],
        ["passkey_endpoints.prf_usage_details"] = ["https://shop.example/prf"],
        ["refused_statuses"] = ["UPDATE_AVAILABLE", "REVOKED"],
        ["top_origins"] = ["https://portal.example.net", "https://portal.example.org"],
        ["allowed_aaguids"] = ["2fc0579f-8113-47ea-b116-bb5a8db9202a", "11111111-2222-3333-4444-555555555555"],
        ["auth_origin"] = ["https://login.shop.example"],
        ["login_url"] = ["/login"],
        ["redirect_url"] = ["https://www.shop.example:8443/home"],
        ["user_metadata"] = ["nickname string profile \"Spitzname, = kurz \"\"so\"\"\"", "age integer registration"],
        ["element_customization"] = ["primary_button_background_color #121212"],
        ["element_customization_dark"] = ["body_font_family \"Gill Sans\""],
        ["denied_aaguids"] = ["11111111-2222-3333-4444-666666666666"],
    };

    public static string[] Of(SettingField<AppOptions> field) => field.About switch
    {
        { Kind: SettingKind.Flag } => [field.Read(new AppOptions()) is ["true"] ? "false" : "true"],
        { Kind: SettingKind.Span } => ["120"],
        { Kind: SettingKind.Number } => ["25"],
        { Kind: SettingKind.Word } => [field.About.Words[^1].Word],
        { Kind: SettingKind.Texts, Words.Count: > 0 } => [field.About.Words[^1].Word, field.About.Words[0].Word],
        _ => Texts[field.Path.Member],
    };

    /// <summary>An app that has them all.</summary>
    public static AppOptions App(string id)
    {
        var app = new AppOptions { Id = id };
        foreach (var field in ServedRooms.Settings.Fields)
            field.Write(app, Of(field));
        return app;
    }
}
