using System.Text.Json;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Tests.Apps;

/// <summary>Names are what browsers make of them, or refused.</summary>
public sealed class DomainTests
{
    /// <summary>
    /// What Chromium's <c>new URL('https://' + name).hostname</c> is; null: it throws. A test in Chromium keeps the list true.
    /// </summary>
    private static Dictionary<string, string?> BrowserNames { get; } = Read();

    [Fact]
    public void No_name_becomes_another_than_it_is_in_a_browser()
    {
        var wrong = BrowserNames
            .Select(name => (
                Name: name.Key,
                Browsers: name.Value,
                Ours: Domain.ToAscii(name.Key),
                Origin: Domain.ToOrigin("https://" + name.Key)?.Origin))
            .Where(name => (name.Ours is not null && name.Ours != name.Browsers)
                || (name.Origin is not null && name.Origin != "https://" + name.Browsers))
            .Select(name => Describe(name.Name, name.Ours ?? name.Origin));

        Assert.Equal([], wrong);
    }

    /// <summary>Browsers pass on a name in ASCII without a look at its Punycode; such a name no browser shows or makes itself.</summary>
    [Fact]
    public void Every_domain_of_browsers_is_accepted_but_for_Punycode_that_stands_for_nothing()
    {
        var refused = BrowserNames
            .Where(name => name.Value is { } host && IsDomain(host) && !name.Key.Any(IsSign) && Domain.ToAscii(name.Key) != host)
            .Select(name => name.Key)
            .ToList();

        Assert.Equal(
            [
                "xn--ab-m1t.example", "xn--ab-j1t.example", "xn--.example", "xn--a.example", "xn--a-.example",
                "xn---.example", "xn--abc-.example", "xn--example-.com",
            ],
            refused.Take(8));
        Assert.All(refused, name => Assert.StartsWith("xn--", name, StringComparison.Ordinal));
        Assert.All(refused, name => Assert.Null(Domain.ToAscii(name)));
    }

    [Theory]
    [InlineData("xn--bu-jvd.example", "not composed: bu with a combining diaeresis")]
    [InlineData("xn--BCHER-kva-.example", "no Punycode")]
    [InlineData("xn--99999999.example", "beyond the last character")]
    [InlineData("xn--a-ecp.example", "a letter that is mapped to others")]
    [InlineData("xn--ibm-yka.example", "no Punycode")]
    [InlineData("xn--1ug.example", "a joiner alone")]
    [InlineData("xn--xn--bcher-8za.example", "Punycode inside Punycode")]
    [InlineData("xn--ü.example", "Punycode beyond ASCII")]
    [InlineData("xn--\u00fcber-.example", "Punycode beyond ASCII")]
    [InlineData("exam\ud800ple.com", "half a character")]
    [InlineData("exam\udc00ple.com", "half a character")]
    [InlineData("", "nothing")]
    public void A_name_that_means_nothing_is_refused(string name, string why)
    {
        Assert.True(Domain.ToAscii(name) is null, why);
        Assert.Null(Domain.ToOrigin($"https://{name}"));
    }

    [Fact]
    public void A_name_of_any_length_is_judged_and_quickly()
    {
        foreach (var piece in (string[])["a", "ü", "xn--", "\u0308", "\u00ad", ".", "\u200d", "가", "א", "%C3", "😀"])
        {
            var name = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
            Assert.Null(Domain.ToAscii(name));
            Assert.Null(Domain.ToOrigin($"https://{name}"));
        }
    }

    [Theory]
    [InlineData("bücher.example", true)]
    [InlineData("bu\u0308cher.example", false)]
    [InlineData("xn--bcher-kva.example", true)]
    [InlineData("login.bücher.example", true)]
    [InlineData("Login.bücher.example", false)]
    [InlineData("straße.example", true)]
    [InlineData("faẞ.example", false)]
    [InlineData("bücher。example", false)]
    [InlineData("exam\u00adple.com", false)]
    [InlineData("example.com", true)]
    [InlineData("xn--a-ecp.example", false)]
    public void Only_what_mapping_leaves_alone_is_as_written(string name, bool expected)
        => Assert.Equal(expected, Domain.IsAsWritten(name));

    private static bool IsDomain(string host)
        => host.Length <= 253
            && host.Split('.').All(label =>
                label.Length is > 0 and <= 63
                && label.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-'))
            && !host.Split('.')[^1].All(char.IsAsciiDigit);

    // Signs of ASCII stand in no domain that passkeys belong to, even where a mark behind one makes a letter of it.
    private static bool IsSign(char character)
        => character is '％'
            || (char.IsAscii(character) && !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '.'));

    private static string Describe(string name, string? ours)
        => $"{string.Concat(name.Select(c => c is > ' ' and <= '~' ? $"{c}" : $"\\u{(int)c:x4}"))} became {ours}";

    private static Dictionary<string, string?> Read()
    {
        using var list = typeof(DomainTests).Assembly.GetManifestResourceStream("BrowserNames")!;
        return JsonSerializer.Deserialize<Dictionary<string, string?>>(list)!;
    }
}
