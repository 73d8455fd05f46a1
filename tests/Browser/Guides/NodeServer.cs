using System.Diagnostics;
using OpenPassage.Browser.Tests.Samples;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.Guides;

/// <summary>The first command of samples/Node's README, built already and with a directory and port of its own.</summary>
public sealed class NodeServer : IDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-node-");

    public void Dispose() => data.Delete(recursive: true);

    [Fact]
    public async Task The_server_makes_the_demo_app_and_the_key_that_the_second_command_reads()
    {
        var command = Guide.Blocks("samples/Node/README.md", "A Node backend without an SDK", "sh")[0].Trim();
        Assert.Equal("dotnet run -c Release --project src/Host -- --OpenPassage:DataDirectory data", command);
        var address = new Uri($"http://localhost:{Ports.Free()}");
        var own = command.Replace("dotnet run", "dotnet run --no-build", StringComparison.Ordinal)[..^"data".Length];
        using var server = Process.Start(new ProcessStartInfo("bash", ["-c", $"exec {own}'{data.FullName}' --urls {address}"])
        {
            UseShellExecute = false,
            WorkingDirectory = Repository.Root,
        })!;
        try
        {
            await Listening.AtAsync(address.ToString(), server);
            using var passage = new PassageFlex(
                "demo",
                (await File.ReadAllTextAsync(Path.Combine(data.FullName, "demo.key"))).Trim(),
                new PassageFlexOptions { BaseAddress = address });

            Assert.NotEmpty(await passage.Auth.CreateRegisterTransactionAsync("user-1", "alice"));
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }
}
