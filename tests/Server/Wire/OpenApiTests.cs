using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using OpenPassage.Host.Serving;

namespace OpenPassage.Server.Tests.Wire;

public sealed class OpenApiTests(OpenApiTests.Described server) : OwnServerTests(server), IClassFixture<OpenApiTests.Described>
{
    /// <summary>A server that can also make its description, as <c>--openapi</c> does.</summary>
    public sealed class Described : ServerFixture
    {
        protected override void Configure(WebApplicationBuilder builder) => OpenApi.Add(builder.Services);
    }

    [Fact]
    public async Task The_checked_in_description_is_the_servers()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "OpenPassage.slnx")))
            root = root.Parent!;
        var checkedIn = await File.ReadAllTextAsync(Path.Combine(root.FullName, "docs", "openapi.json"));

        var served = await OpenApi.TextAsync(Server.Services);

        Assert.True(
            checkedIn == served,
            "docs/openapi.json is not what the server does. Is the change meant? Then write it anew: "
                + "dotnet run -c Release --project src/Host -- --openapi \"$PWD/docs/openapi.json\"");
    }

    [Fact]
    public async Task The_description_is_served() =>
        Assert.Equal(await OpenApi.TextAsync(Server.Services), await Server.Http.GetStringAsync("openapi.json"));

    [Fact]
    public async Task Whoever_has_the_description_is_told_so_in_a_few_bytes()
    {
        using var first = await AskAsync(HttpMethod.Get);
        Assert.Equal("application/json", first.Content.Headers.ContentType?.MediaType);

        using var again = await AskAsync(HttpMethod.Get, request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());

        using var head = await AskAsync(HttpMethod.Head);
        Assert.Equal((HttpStatusCode.OK, first.Headers.ETag), (head.StatusCode, head.Headers.ETag));
        Assert.Equal((await first.Content.ReadAsByteArrayAsync()).Length, head.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("br;q=1, GZIP;q=0.5", true)]
    [InlineData("*", true)]
    [InlineData("gzip;q=0, *;q=0", false)]
    [InlineData("br", false)]
    [InlineData("gz ip;;", false)]
    public async Task The_description_is_compressed_for_those_who_can_read_that(string accepted, bool compressed)
    {
        using var plain = await AskAsync(HttpMethod.Get);
        using var answer = await AskAsync(HttpMethod.Get, request => request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted));

        Assert.Equal(compressed ? ["gzip"] : [], answer.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept-Encoding"], answer.Headers.Vary);
        Assert.Equal(compressed, !answer.Headers.ETag!.Equals(plain.Headers.ETag));
        await using var body = await answer.Content.ReadAsStreamAsync();
        await using var unpacked = compressed ? new GZipStream(body, CompressionMode.Decompress) : body;
        Assert.Equal(await plain.Content.ReadAsStringAsync(), await new StreamReader(unpacked).ReadToEndAsync());
        using var again = await AskAsync(HttpMethod.Get, request => request.Headers.IfNoneMatch.Add(answer.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, Action<HttpRequestMessage>? bend = null)
    {
        using var request = new HttpRequestMessage(method, "openapi.json");
        bend?.Invoke(request);
        return await Server.Http.SendAsync(request);
    }
}
