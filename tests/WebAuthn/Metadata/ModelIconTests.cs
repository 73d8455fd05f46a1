using System.Text;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Metadata;
using OpenPassage.WebAuthn.Tests.Attestation;

namespace OpenPassage.WebAuthn.Tests.Metadata;

/// <summary>FIDO Metadata Statement, <c>icon</c>: what of it a page can be given.</summary>
public static class ModelIconTests
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    private static string? Read(string? icon)
    {
        var model = Guid.NewGuid();
        var entry = MetadataPublisher.Entry(model);
        entry["metadataStatement"]!["icon"] = icon;
        var blob = new MetadataPublisher { Entries = { entry } }.Publish();
        return MetadataBlob.Verify(blob, Attested.SharedRoot, new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)).IsAccepted().Find(model)!.Icon;
    }

    private static string Svg(string text) => "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Drawing(string inside) =>
        Svg($"""<svg xmlns="{Namespace}" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{inside}</svg>""");

    private static string Picture(string type, int size, params byte[] begins)
    {
        var bytes = new byte[size];
        begins.CopyTo(bytes, 0);
        return $"data:{type};base64,{Convert.ToBase64String(bytes)}";
    }

    public static TheoryData<string> Pictures =>
    [
        MetadataPublisher.Icon,
        Picture("image/jpeg", 64, 0xFF, 0xD8, 0xFF, 0xE0),
        Drawing("<path d='M0 0h9v9z'/>"),
        Drawing("<defs><path id='a' d='M0 0h9'/></defs><use xlink:href='#a'/><style>.b{fill:red}</style>"),
        Drawing($"<image xlink:href='{MetadataPublisher.Icon}' width='9' height='9'/>"),
        Svg("<?xml version='1.0' encoding='UTF-8'?>"
            + "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>"
            + $"<svg xmlns='{Namespace}'/>"),
    ];

    [Theory]
    [MemberData(nameof(Pictures))]
    public static void A_picture_is_given_as_it_is(string icon) => Assert.Equal(icon, Read(icon));

    public static TheoryData<string> Others =>
    [
        "",
        "https://vendor.example/icon.png",
        "javascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
        "data:image/png,%89PNG",
        "data:image/png;base64,",
        "data:image/png;base64,AAAA",
        "data:image/png;base64,not base64",
        MetadataPublisher.Icon.Insert(40, "\n"),
        MetadataPublisher.Icon + "\" onerror=\"alert(1)",
        MetadataPublisher.Icon.Replace("image/png", "image/jpeg", StringComparison.Ordinal),
        MetadataPublisher.Icon.Replace("image/png", "image/svg+xml", StringComparison.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Others))]
    public static void What_is_no_picture_is_none(string icon) => Assert.Null(Read(icon));

    [Fact]
    public static void A_model_may_have_none() => Assert.Null(Read(null));

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<SCRIPT>alert(1)</SCRIPT>")]
    [InlineData("<script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>")]
    [InlineData("<g onload='alert(1)'/>")]
    [InlineData("<g ONCLICK='alert(1)'/>")]
    [InlineData("<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='https://evil.example'/></foreignObject>")]
    [InlineData("<a href='javascript:alert(1)'><path d='M0 0'/></a>")]
    [InlineData("<use xlink:href='https://evil.example/a.svg#a'/>")]
    [InlineData("<image href='https://evil.example/seen.png'/>")]
    [InlineData("<?xml-stylesheet href='https://evil.example/a.css'?>")]
    [InlineData("<path>")]
    [InlineData("&undeclared;")]
    public static void A_drawing_that_would_do_something_is_none(string inside) => Assert.Null(Read(Drawing(inside)));

    [Theory]
    [InlineData("<html xmlns='http://www.w3.org/1999/xhtml'><svg/></html>")]
    [InlineData("no markup")]
    [InlineData("")]
    [InlineData("<svg onload='alert(1)'/>")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><svg>&b;</svg>")]
    public static void What_is_no_drawing_is_none(string text) => Assert.Null(Read(Svg(text)));

    [Fact]
    public static void A_picture_has_128_KiB_at_most()
    {
        const int Most = (128 * 1024) - 24;
        Assert.NotNull(Read(Picture("image/png", Most / 4 * 3, [.. Convert.FromBase64String(MetadataPublisher.Icon[22..])])));
        Assert.Null(Read(Picture("image/png", (Most / 4 * 3) + 6, [.. Convert.FromBase64String(MetadataPublisher.Icon[22..])])));
    }
}
