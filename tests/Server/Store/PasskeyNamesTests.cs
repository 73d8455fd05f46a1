using System.Text;
using System.Xml.Linq;
using OpenPassage.Server.Store;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Tests.Store;

public sealed class PasskeyNamesTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", "Chrome on macOS")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15", "Safari on macOS")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1", "Safari on iOS")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1", "Chrome on iOS")]
    [InlineData("Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPadOS")]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome on Android")]
    [InlineData("Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S901B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36", "Samsung Internet on Android")]
    [InlineData("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", "Chrome on ChromeOS")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 OPR/120.0.0.0", "Opera on Windows")]
    [InlineData("curl/8.5.0", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Browser_and_system_are_told_from_a_user_agent(string? userAgent, string? expected) => Assert.Equal(expected, UserAgent.Display(userAgent));

    [Fact]
    public void A_known_model_gives_its_name_before_the_browser_does()
    {
        Assert.Equal("Google Password Manager", PasskeyNames.Friendly(Guid.Parse("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"), "Firefox/140.0"));
        Assert.Equal("Firefox", PasskeyNames.Friendly(Guid.Empty, "Firefox/140.0"));
        Assert.Equal("Passkey", PasskeyNames.Friendly(Guid.Parse("11111111-2222-3333-4444-555555555555"), "curl/8.5.0"));
    }

    [Theory]
    [InlineData(true, "internal,hybrid", AuthenticatorAttachment.Platform, DeviceType.Passkey)]
    [InlineData(true, "", null, DeviceType.Passkey)]
    [InlineData(true, "usb", AuthenticatorAttachment.CrossPlatform, DeviceType.Passkey)]
    [InlineData(false, "usb,nfc", null, DeviceType.SecurityKey)]
    [InlineData(false, "nfc", AuthenticatorAttachment.Platform, DeviceType.SecurityKey)]
    [InlineData(false, "", AuthenticatorAttachment.CrossPlatform, DeviceType.SecurityKey)]
    [InlineData(false, "internal", null, DeviceType.Platform)]
    [InlineData(false, "internal", AuthenticatorAttachment.CrossPlatform, DeviceType.Platform)]
    [InlineData(false, "", AuthenticatorAttachment.Platform, DeviceType.Platform)]
    [InlineData(false, "hybrid,usb", AuthenticatorAttachment.CrossPlatform, DeviceType.Passkey)]
    [InlineData(null, "", null, DeviceType.Passkey)]
    internal void The_kind_of_device_is_told_from_what_is_known(bool? backupEligible, string transports, AuthenticatorAttachment? attachment, DeviceType expected)
    {
        var record = new CredentialRecord
        {
            Id = new([1]),
            UserHandle = UserHandle.Create(),
            PublicKey = new byte[] { 1 },
            SignCount = 0,
            BackupEligible = backupEligible,
            Transports = transports.Split(',', StringSplitOptions.RemoveEmptyEntries),
        };
        Assert.Equal(expected, PasskeyNames.TypeOf(record, attachment));
    }

    [Fact]
    public void Every_kind_has_an_icon_for_light_and_one_for_dark()
    {
        const string Prefix = "data:image/svg+xml;base64,";
        var icons = Enum.GetValues<DeviceType>().SelectMany(type => new[] { PasskeyIcons.Light(type), PasskeyIcons.Dark(type) }).ToList();

        Assert.Equal(6, icons.Distinct().Count());
        Assert.All(icons, icon =>
        {
            Assert.StartsWith(Prefix, icon, StringComparison.Ordinal);
            var svg = XDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(icon![Prefix.Length..])));
            Assert.Equal("svg", svg.Root!.Name.LocalName);
            Assert.True(svg.Descendants().All(element => element.Name.LocalName is "svg" or "path" or "circle"));
        });
    }
}
