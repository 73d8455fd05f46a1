using System.Text.Json;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>The list that the server's names are compared with is what a browser makes of them.</summary>
public sealed class BrowserNamesTests(SdkSite site) : IClassFixture<SdkSite>
{
    [Fact]
    public async Task The_list_of_names_is_what_this_browser_makes_of_them()
    {
        var listed = JsonSerializer.Deserialize<Dictionary<string, string?>>(
            await File.ReadAllTextAsync(Repository.At("tests", "Server", "Apps", "BrowserNames.json")))!;
        var page = await site.OpenAsync();

        var made = await page.EvaluateAsync<string?[]>(
            "(names) => names.map((name) => { try { return new URL(`https://${name}`).hostname; } catch { return null; } })",
            listed.Keys.ToArray());

        Assert.Equal(
            listed.Select(name => $"{name.Key} {name.Value}"),
            listed.Keys.Zip(made).Select(name => $"{name.First} {name.Second}"));
    }
}
