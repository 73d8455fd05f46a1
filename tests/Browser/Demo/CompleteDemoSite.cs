using System.Diagnostics;
using OpenPassage.Browser.Tests.Samples;

namespace OpenPassage.Browser.Tests.Demo;

/// <summary>The demo without passwords, run as one runs it, beside a server that has its app.</summary>
internal sealed class CompleteDemoSite : IAsyncDisposable
{
    private readonly Process site = new();
    private Chromium chromium = null!;

    private CompleteDemoSite()
    {
    }

    public string Origin { get; } = $"http://localhost:{Ports.Free()}";

    public ServerProcess Server { get; private set; } = null!;

    public Chromium Chromium => chromium;

    /// <param name="settings">Of the server, beside those of the app that the demo needs.</param>
    public static async Task<CompleteDemoSite> StartAsync(params string[] settings)
    {
        var demo = new CompleteDemoSite();
        demo.Server = await ServerProcess.StartAsync(
            "localhost",
            [demo.Origin],
            ["--OpenPassage:Apps:0:Type=complete", "--OpenPassage:Apps:0:UserMetadata:0:Name=name", .. settings]);
        demo.site.StartInfo = new("dotnet")
        {
            ArgumentList =
            {
                Repository.Built("samples/Complete", "OpenPassage.CompleteDemo.dll"),
                "--contentRoot", Repository.At("samples", "Complete"), "--urls", demo.Origin,
                "--Passage:BaseAddress", demo.Server.Address.ToString(), "--Passage:AppId", ServerProcess.AppId,
                "--KeptMessages", new Uri(demo.Server.Address, "/console").ToString(),
            },
        };
        demo.site.Start();
        await Listening.AtAsync(demo.Origin, demo.site);
        demo.chromium = await Chromium.SharedAsync();
        return demo;
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        if (!site.HasExited)
            site.Kill(entireProcessTree: true);
        await site.WaitForExitAsync();
        site.Dispose();
        await Server.DisposeAsync();
    }
}
