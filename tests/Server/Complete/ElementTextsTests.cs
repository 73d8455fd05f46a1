using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>The texts of passage-elements as files of the server. That elements show them is tested in a browser.</summary>
public sealed partial class ElementTextsTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private static readonly string Elements = Path.Combine(
        RepositoryRoot.Find(), "tests/Browser/node_modules/@passageidentity/passage-elements/dist/package");

    public static TheoryData<string> Languages => ["de", "en", "es", "fr", "it", "pl", "pt", "zh"];

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Pages_of_any_site_get_them_and_ask_again_after_minutes(string language)
    {
        using var answer = await site.Http.GetAsync($"openpassage/locales/passage-auth/v2/{language}.json");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("cross-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(TimeSpan.FromMinutes(5), answer.Headers.CacheControl!.MaxAge);
        Assert.NotNull(answer.Headers.ETag);
        Assert.NotEmpty(Parse(await answer.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("v2/xx.json")]
    [InlineData("v2/xx-at.json")]
    [InlineData("v2/de-.json")]
    [InlineData("v2/DE")]
    [InlineData("v2/..%2fde.json")]
    [InlineData("v1/de.json")]
    public async Task A_language_or_version_that_is_not_there_is_not_found(string file)
    {
        using var answer = await site.Http.GetAsync($"openpassage/locales/passage-auth/{file}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("de-at", "de")]
    [InlineData("en-us", "en")]
    [InlineData("zh-hans-cn", "zh")]
    public async Task A_variety_of_a_language_has_its_texts(string asked, string language)
        => Assert.Equal(
            await site.Http.GetStringAsync($"openpassage/locales/passage-auth/v2/{language}.json"),
            await site.Http.GetStringAsync($"openpassage/locales/passage-auth/v2/{asked}.json"));

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Each_language_has_the_keys_and_the_placeholders_of_English(string language)
    {
        var (english, texts) = (await TextsAsync("en"), await TextsAsync(language));

        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), texts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([], texts.Where(text => Placeholders(text.Value) != Placeholders(english[text.Key])).Select(text => text.Key));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task No_text_is_empty_or_has_characters_that_elements_read_as_syntax(string language)
    {
        var texts = await TextsAsync(language);

        // @ refers to another text, | parts plurals, and some texts are put into pages as HTML.
        Assert.Equal([], texts.Where(text => text.Value.Trim() is "" || text.Value.IndexOfAny(['@', '|', '<', '>', '&']) >= 0));
    }

    [Fact]
    public async Task They_are_the_ones_that_the_published_elements_ask_for()
    {
        Assert.SkipUnless(Directory.Exists(Elements), "passage-elements is not installed: npm ci in tests/Browser");

        var asked = Directory.EnumerateFiles(Elements, "*.es*.js", SearchOption.AllDirectories)
            .SelectMany(file => Asked().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["key"].Value);

        Assert.Equal(asked.Distinct().Order(StringComparer.Ordinal), (await TextsAsync("en")).Keys.Order(StringComparer.Ordinal));
    }

    private static string Placeholders(string text) => string.Join(' ', Placeholder().Matches(text).Select(match => match.Value).Order());

    private static Dictionary<string, string> Parse(string json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;

    private async Task<Dictionary<string, string>> TextsAsync(string language) =>
        Parse(await site.Http.GetStringAsync($"openpassage/locales/passage-auth/v2/{language}.json"));

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();

    // t("key"), te("key"), unref(t)("key") and _ctx.t("key"); and the keys of social connections, which are looked up by a variable.
    [GeneratedRegex(
        """(?:(?<![\w$.])(?:_ctx\.)?(?:te?|unref\(te?\))\(|nameKey: )"(?<key>[a-z0-9][a-z0-9_-]*)"[,)\s]""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Asked();
}
