using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Playwright;
using OpenPassage.Browser.Tests.Demo;

namespace OpenPassage.Browser.Tests.Samples;

/// <summary>A sample on a real port, in this process so that its clock can be turned, beside a real server process.</summary>
/// <typeparam name="TProgram">The sample's program.</typeparam>
public abstract class SampleSite<TProgram> : WebApplicationFactory<TProgram>, IAsyncLifetime
    where TProgram : class
{
    private readonly int port = Ports.Free();
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-sample-");
    private ServerProcess server = null!;
    private Chromium chromium = null!;

    public string Origin => $"http://localhost:{port}";

    /// <summary>The site's clock. Turning it forward ages every session; the passkey server's clock does not move.</summary>
    public TurnedClock Clock { get; } = new();

    public async ValueTask InitializeAsync()
    {
        server = await ServerProcess.StartAsync(Origin);
        chromium = await Chromium.SharedAsync();
        UseKestrel(port);
        StartServer();
    }

    /// <summary>Opens a page of its own profile with a passkey authenticator of its own.</summary>
    public async Task<BookshopPage> OpenAsync(BrowserNewContextOptions? options = null, bool autofill = true)
    {
        var page = await chromium.NewPageAsync(options);
        if (!autofill)
            await page.AddInitScriptAsync(BookshopPage.NoAutofill);
        return new BookshopPage(page, Origin) { Authenticator = await VirtualAuthenticator.AddAsync(page) };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await chromium.DisposeAsync();
        await server.DisposeAsync();
        data.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:Bookshop", $"Data Source={Path.Combine(data.FullName, "bookshop.db")};Pooling=False");
        builder.UseSetting("Passage:BaseAddress", server.Address.ToString());
        builder.UseSetting("Passage:AppId", ServerProcess.AppId);
        builder.UseSetting("Passage:ApiKey", server.ApiKey);
        builder.ConfigureTestServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock)));
    }
}
