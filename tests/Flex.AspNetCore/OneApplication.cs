using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Flex.Tests;
using OpenPassage.Server;

namespace OpenPassage.Flex.AspNetCore.Tests;

/// <summary>A site with the passkey server in it, as samples/Minimal is. Whoever asks <c>/login?name=ada</c> is let in as ada.</summary>
internal sealed class OneApplication : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("openpassage-one-").FullName;

    /// <summary>Built, not started.</summary>
    /// <param name="prefix">Where in the application the server is mapped; null: it is not.</param>
    /// <param name="pathBase">Where the application stands on its site.</param>
    /// <param name="settings">Changes the settings.</param>
    public OneApplication(string? prefix = "", string pathBase = "", Action<PassageFlexSiteOptions>? settings = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        builder.Services.AddOpenPassage(server =>
        {
            server.DataDirectory = folder;
            server.Apps.Add(new AppOptions
            {
                Id = RealServer.AppId, RpId = "localhost", Origins = { FlexPage.Origin }, ApiKeys = { RealServer.ApiKey },
            });
        });
        builder.Services.AddPassageFlex(flex =>
        {
            (flex.AppId, flex.ApiKey) = (RealServer.AppId, RealServer.ApiKey);
            settings?.Invoke(flex);
        });

        Running = builder.Build();
        Running.UsePathBase(pathBase);
        Running.UseRouting();
        Running.UseAuthentication();
        Running.UseAuthorization();
        if (prefix is not null)
            Running.MapGroup(prefix).MapOpenPassage();
        Running.MapPasskeys(options => options.SignIn = signIn => SignInAsync(signIn.HttpContext, signIn.UserId));
        Running.MapGet("/login", (HttpContext http, string name) => SignInAsync(http, name));
    }

    public WebApplication Running { get; }

    public PassageFlex Passage => Running.Services.GetRequiredService<PassageFlex>();

    public async Task<Uri> StartAsync()
    {
        await Running.StartAsync();
        return new Uri(Running.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        await Running.StopAsync();
        await Running.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private static Task SignInAsync(HttpContext http, string name) => http.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, name), new(ClaimTypes.Name, name)], CookieAuthenticationDefaults.AuthenticationScheme)));
}
