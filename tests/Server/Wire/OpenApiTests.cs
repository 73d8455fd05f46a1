using OpenPassage.Host;

namespace OpenPassage.Server.Tests.Wire;

public sealed class OpenApiTests(ServerFixture server) : ServerTests(server)
{
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
            "docs/openapi.json is not what the server does. Is the change meant? Then write it anew: dotnet run -c Release --project src/Host -- --openapi docs/openapi.json");
    }

    [Fact]
    public async Task The_description_is_served() =>
        Assert.Contains("\"operationId\": \"FinishAuthentication\"", await Server.Http.GetStringAsync("openapi.json"), StringComparison.Ordinal);
}
