using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Demo;

/// <summary>The demo site on a real port, in this process so that its clock can be turned, beside a real server process.</summary>
public sealed class DemoSite : WebApplicationFactory<Program>, IAsyncLifetime
{
    private readonly int port = Ports.Free();
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-demo-");
    private ServerProcess server = null!;
    private Chromium chromium = null!;

    public string Origin => $"http://localhost:{port}";

    /// <summary>The site's clock. Turning it forward ages every session; the passkey server's clock does not move.</summary>
    public TurnedClock Clock { get; } = new();

    /// <summary>Runs the site without an app of the passkey server, as beside a server whose apps the operator declared.</summary>
    public bool HasNoApp { get; init; }

    public async ValueTask InitializeAsync()
    {
        server = await ServerProcess.StartAsync(Origin);
        chromium = await Chromium.SharedAsync();
        UseKestrel(port);
        StartServer();
    }

    /// <summary>Opens a page of its own profile; what its console complains about is collected.</summary>
    public async Task<DemoPage> OpenAsync(BrowserNewContextOptions? options = null, string? before = null)
    {
        var page = await chromium.NewPageAsync(options);
        if (!string.IsNullOrEmpty(before))
            await page.AddInitScriptAsync(before);
        return new DemoPage(page, Origin);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await chromium.DisposeAsync();
        await server.DisposeAsync();
        data.Delete(recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Data", data.FullName);
        builder.UseSetting("Passage:Server", server.Address.ToString());
        if (!HasNoApp)
        {
            builder.UseSetting("Passage:AppId", ServerProcess.AppId);
            builder.UseSetting("Passage:ApiKey", server.ApiKey);
        }
        builder.ConfigureTestServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock)));
    }
}

/// <summary>A clock that runs, and can be turned forward.</summary>
public sealed class TurnedClock : TimeProvider
{
    private TimeSpan turned;

    public void Turn(TimeSpan forward) => turned += forward;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + turned;
}
