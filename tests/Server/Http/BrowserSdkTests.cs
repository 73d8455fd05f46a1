using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Http;

/// <summary>The browser SDK as files of the server. What is in them is tested in a browser.</summary>
public class BrowserSdkTests(ServerFixture server) : ServerTests(server)
{
    private async Task<JsonNode> AboutAsync() => JsonNode.Parse(await Server.Http.GetStringAsync("openpassage.json"))!;

    [Theory]
    [InlineData("openpassage.js", "PassageFlex")]
    [InlineData("openpassage-complete.js", "PassageFlex")]
    [InlineData("openpassage-readiness.js", "reportReadiness")]
    [InlineData("openpassage-signin.js", "signIn")]
    public async Task It_is_served_to_pages_of_any_site_and_asked_for_again_after_minutes(string file, string export)
    {
        using var answer = await Server.Http.GetAsync(file);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/javascript; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("cross-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(TimeSpan.FromMinutes(5), answer.Headers.CacheControl!.MaxAge);
        Assert.Contains($" as {export}", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openpassage")]
    [InlineData("openpassage-complete")]
    [InlineData("openpassage-readiness")]
    [InlineData("openpassage-signin")]
    public async Task Under_its_version_it_never_changes_and_its_integrity_is_told(string name)
    {
        var all = await AboutAsync();
        var about = name == "openpassage" ? all : all[name["openpassage-".Length..]]!;
        using var answer = await Server.Http.GetAsync((string)about["file"]!);

        Assert.Equal($"{name}.{all["version"]}.js", (string)about["file"]!);
        Assert.Contains("immutable", answer.Headers.CacheControl!.Extensions.Select(extension => extension.Name));
        Assert.Equal(TimeSpan.FromDays(365), answer.Headers.CacheControl.MaxAge);
        Assert.Equal(
            $"sha384-{Convert.ToBase64String(SHA384.HashData(await answer.Content.ReadAsByteArrayAsync()))}", (string)about["integrity"]!);
    }

    [Fact]
    public async Task Another_version_is_not_given_out_as_this_one()
    {
        using var answer = await Server.Http.GetAsync("openpassage.0.0.0.js");
        using var complete = await Server.Http.GetAsync("openpassage-complete.0.0.0.js");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (answer.StatusCode, complete.StatusCode));
    }

    [Theory]
    [InlineData("{0}", HttpStatusCode.NotModified)]
    [InlineData("W/{0}", HttpStatusCode.NotModified)]
    [InlineData("\"other\", {0}", HttpStatusCode.NotModified)]
    [InlineData("*", HttpStatusCode.NotModified)]
    [InlineData("\"other\"", HttpStatusCode.OK)]
    [InlineData("no tag", HttpStatusCode.OK)]
    public async Task A_browser_that_has_it_is_told_so(string known, HttpStatusCode expected)
    {
        using var first = await Server.Http.GetAsync("openpassage.js");
        using var request = new HttpRequestMessage(HttpMethod.Get, "openpassage.js");
        request.Headers.TryAddWithoutValidation("If-None-Match", known.Replace("{0}", first.Headers.ETag!.Tag, StringComparison.Ordinal));

        using var answer = await Server.Http.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(first.Headers.ETag, answer.Headers.ETag);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(expected == HttpStatusCode.OK, (await answer.Content.ReadAsByteArrayAsync()).Length > 0);
    }

    [Fact]
    public async Task A_head_request_gets_the_headers_alone()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "openpassage.js");

        using var answer = await Server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 1000);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task What_its_errors_mean_is_a_page_of_the_server_that_runs_nothing()
    {
        using var answer = await Server.Http.GetAsync("openpassage/errors");
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.StartsWith("default-src 'none';", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("<h2 id=\"no_passkey\">no_passkey</h2>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("`", html, StringComparison.Ordinal);
    }
}
