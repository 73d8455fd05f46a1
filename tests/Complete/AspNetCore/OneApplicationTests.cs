using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Complete.AspNetCore;
using OpenPassage.Server;

namespace OpenPassage.Complete.Tests.AspNetCore;

/// <summary>A site with the passkey server in it: it validates its own tokens without an address, and so without HTTP to itself.</summary>
public sealed class OneApplicationTests
{
    [Theory]
    [InlineData("")]
    [InlineData("keys/of-the-shop")]
    public async Task Who_signs_up_is_let_in(string prefix)
    {
        var folder = Directory.CreateTempSubdirectory("openpassage-one-").FullName;
        try
        {
            await using var app = NewApplication(folder, prefix);
            await app.StartAsync(TestContext.Current.CancellationToken);
            var address = new Uri(app.Urls.First());
            using var page = new CompletePage(new Uri(address, $"{prefix}/".TrimStart('/')), CompleteServer.AppId);
            using var http = new HttpClient { BaseAddress = address };
            var token = await page.RegisterAsync("ada@example.com");

            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
            var name = await http.GetStringAsync("/who", TestContext.Current.CancellationToken);

            var passage = app.Services.GetRequiredService<Passage>();
            Assert.Equal(await passage.Auth.ValidateJwtAsync(token, TestContext.Current.CancellationToken), name);
            Assert.Equal("in", await http.GetStringAsync("/bound", TestContext.Current.CancellationToken));
            Assert.Equal(name, (await passage.User.GetAsync(name, TestContext.Current.CancellationToken)).Id);
            await app.StopAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static WebApplication NewApplication(string folder, string prefix)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddOpenPassage(server =>
        {
            server.DataDirectory = folder;
            var app = new AppOptions
            {
                Id = CompleteServer.AppId, Type = "complete", RpId = "localhost", Origins = { CompletePage.Origin },
                ApiKeys = { CompleteServer.ApiKey },
            };
            server.Apps.Add(app);
        });
        builder.Services.AddOpenPassageComplete(_ => { });
        builder.Services.AddAuthentication().AddPassage(
            passage => (passage.AppId, passage.ApiKey) = (CompleteServer.AppId, CompleteServer.ApiKey));
        var application = builder.Build();
        application.MapGroup(prefix).MapOpenPassage();
        application.MapGet("/who", (HttpContext http) => http.User.Identity!.Name).RequireAuthorization();
        application.MapGet("/bound", () => "in").RequireAuthorization(PassagePolicies.DeviceBoundPasskey);
        return application;
    }
}
