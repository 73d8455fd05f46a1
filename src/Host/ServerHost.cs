using Microsoft.Extensions.Options;
using OpenPassage.Server;

namespace OpenPassage.Host;

/// <summary>
/// The server as a program of its own. Settings come from appsettings.json, the environment (<c>OpenPassage__DataDirectory</c>)
/// and the command line (<c>--OpenPassage:DataDirectory=…</c>, <c>--urls</c>), the later ones winning.
/// </summary>
internal static class ServerHost
{
    private const string DefaultUrl = "http://localhost:8420";
    private const long MaxBodyAndSome = 128 * 1024;

    /// <summary>Serves until it is told to stop. Exit code 1 and one sentence when a setting is wrong.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Create(args);
            if (app.Configuration["openapi"] is { } file)
                await OpenApi.WriteAsync(app, file);
            else
                await app.RunAsync();
            return 0;
        }
        catch (OptionsValidationException wrong)
        {
            return Refuse(wrong.Message);
        }
        catch (Exception wrong) when (wrong is InvalidSettingException or IOException or FormatException)
        {
            return Refuse(wrong.Message);
        }
    }

    /// <summary>The application, ready to run.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="configure">Changes services before the application is built; tests put their clock in.</param>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        // TLS without a proxy in front: https in --urls, the certificate in Kestrel:Certificates:Default.
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The operations refuse bodies above 64 KiB themselves, with an answer clients understand; this bounds the rest.
            kestrel.Limits.MaxRequestBodySize = MaxBodyAndSome;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is null && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(DefaultUrl);

        builder.Services.AddOpenPassage(builder.Configuration.GetSection(OpenPassageOptions.Section));
        Proxies.Trust(builder);
        OpenApi.Add(builder.Services);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.MapOpenPassage();
        app.MapOpenPassageHealth();
        app.MapOpenApi("/openapi.json");
        return app;
    }

    private static int Refuse(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return 1;
    }
}

/// <summary>A setting that cannot be served with; the message names it and says what it should be.</summary>
internal sealed class InvalidSettingException(string message) : Exception(message);
