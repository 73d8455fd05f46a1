using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.Server;

namespace OpenPassage.Host.Serving;

/// <summary>
/// The server as a program of its own. Settings come from appsettings.json, the environment (<c>OpenPassage__DataDirectory</c>)
/// and the command line (<c>--OpenPassage:DataDirectory=…</c>, <c>--urls</c>), the later ones winning.
/// </summary>
internal static class ServerHost
{
    /// <summary>
    /// What Kestrel reads away behind a refusal: it cuts longer bodies off, and a client that is cut off loses the answer.
    /// </summary>
    private const long MaxBodyReadAway = 4 * 1024 * 1024;

    private const int BufferSize = 128 * 1024;

    /// <summary>
    /// Settings are read at the start. To see changes of appsettings.json the framework would watch the directory that the server
    /// was started in, and be told of every write when that is where its database is.
    /// </summary>
    private const string DoNotWatch = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>Below every other source of settings.</summary>
    private static readonly Dictionary<string, string?> Defaults = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // It would write a line for each connection that is turned away; OpenConnections writes one a minute.
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.Connections"] = "Error",
        // What stops a start is told in a sentence below.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",
    };

    /// <summary>Serves until it is told to stop. Exit code 1 and one sentence when a setting is wrong.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var rooms = HeadStart.MakeRooms();
            await using var app = Build(args);
            await rooms;
            if (app.Configuration["openapi"] is { } file)
                await DescribeAsync(args, file);
            else
                await ServeAsync(app);
            return 0;
        }
        catch (Exception wrong) when (wrong is OptionsValidationException or IOException or InvalidDataException or FormatException)
        {
            // A setting, a port that is taken, an address that is none: the operator needs the sentence, not the stack.
            await Console.Error.WriteLineAsync($"{wrong.Message} {(wrong as InvalidDataException)?.InnerException?.Message}".TrimEnd());
            return 1;
        }
    }

    // The console's pages are no part of the API; making them ready would open the database.
    private static async Task DescribeAsync(string[] args, string file)
    {
        await using var app = Create([.. args, "--OpenPassage:Console:Enabled=false"], builder => OpenApi.Add(builder.Services));
        await OpenApi.WriteAsync(app, file);
    }

    private static async Task ServeAsync(WebApplication app)
    {
        var services = HeadStart.MakeServices(app.Services);
        try
        {
            Map(app);
        }
        finally
        {
            await services;
        }

        var answered = HeadStart.AnswerAsync(app);
        await Task.WhenAll(app.StartAsync(), answered);
        if (await FirstOperator.InviteAsync(app.Services, IsAtTerminal(app.Configuration)) is { } invitation)
            await Console.Out.WriteLineAsync(invitation);
        await app.WaitForShutdownAsync();
    }

    // A container may have a terminal, and what is shown on it is kept as its log all the same. Images of .NET say that they are one;
    // so do podman and systemd-nspawn.
    private static bool IsAtTerminal(IConfiguration environment)
        => !Console.IsOutputRedirected
            && environment["DOTNET_RUNNING_IN_CONTAINER"] is not ("true" or "1")
            && string.IsNullOrEmpty(environment["container"]);

    /// <summary>The application, ready to run.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="configure">Changes services before the application is built; tests put their clock in.</param>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var app = Build(args, configure);
        Map(app);
        return app;
    }

    private static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = Configured(args);
        // TLS without a proxy in front: https in --urls, the certificate in Kestrel:Certificates:Default.
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The operations refuse bodies above 64 KiB themselves, unread, with an answer clients understand.
            kestrel.Limits.MaxRequestBodySize = MaxBodyReadAway;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            // What a connection may hold of what was sent and is not read yet: bodies are 64 KiB, and the framework would keep 1 MiB.
            kestrel.Limits.MaxRequestBufferSize = BufferSize;
            kestrel.Limits.Http2.InitialConnectionWindowSize = BufferSize;
            kestrel.Limits.Http2.InitialStreamWindowSize = BufferSize;
            var services = kestrel.ApplicationServices;
            if (services.GetRequiredService<IOptions<OpenPassageHostOptions>>().Value.Limits.Connections is > 0 and var most)
                ActivatorUtilities.CreateInstance<OpenConnections>(services, most).Watch(kestrel);
        });
        var section = builder.Configuration.GetSection(OpenPassageOptions.Section);
        builder.Services.AddOpenPassage(section);
        builder.Services.AddOpenPassageComplete(section);
        builder.Services.AddOpenPassageReady(section);
        builder.Services.AddOpenPassageConsole(section);
        HostSettings.Add(builder.Services, section);
        LogPrivacy.Add(builder.Services);
        // A pipe that nobody reads must not stop those who write a line: what has no room is left out, and counted.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        Otlp.Add(builder.Services);
        Proxies.Trust(builder.Services);
        configure?.Invoke(builder);

        if (BrokenUrls(builder.Configuration["urls"]).FirstOrDefault() is { } broken)
            throw new FormatException(broken);
        return builder.Build();
    }

    private static void Map(WebApplication app)
    {
        SubPath.Use(app);
        // Behind what changes the path, not at the beginning as the framework would have it.
        app.UseRouting();
        Limit(app);
        app.UseForwardedHeaders();
        app.MapOpenPassage();
        app.MapOpenPassageWellKnown();
        app.MapOpenPassageHealth();
        app.MapOpenPassageMetrics();
        app.MapOpenPassageConsole();
        OpenApi.Map(app);
        Home.Map(app);
    }

    // First of all but routing, which says what is always answered: what it refuses costs nothing behind it.
    private static void Limit(WebApplication app)
    {
        var overload = new Lazy<Overload>(() => ActivatorUtilities.CreateInstance<Overload>(
            app.Services, app.Services.GetRequiredService<IOptions<OpenPassageHostOptions>>().Value.Limits.ConcurrentRequests));
        app.Use(next => context => overload.Value.PassAsync(context, next));
    }

    /// <summary>The settings as they are read, whatever they say.</summary>
    public static IConfiguration ReadSettings(string[] args) => Configured(args).Configuration;

    private static WebApplicationBuilder Configured(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder([DoNotWatch, .. args]);
        var defaults = Defaults.Append(new("urls", DefaultUrls(builder.Configuration)));
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = defaults });
        return builder;
    }

    /// <summary>
    /// Where it listens when <c>urls</c> says nothing; where ports were named (<c>ASPNETCORE_HTTP_PORTS</c>), on every address.
    /// </summary>
    private static string DefaultUrls(ConfigurationManager configuration)
    {
        var urls = string.Join(';', OnPorts("http").Concat(OnPorts("https")));
        return urls.Length > 0 ? urls : "http://localhost:8420";

        IEnumerable<string> OnPorts(string scheme) => (configuration[$"{scheme}_ports"] ?? "")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(port => $"{scheme}://*:{port}");
    }

    /// <summary>
    /// Kestrel takes a port that is no number for a part of the host name, and then listens to the whole world on port 80.
    /// </summary>
    public static IEnumerable<string> BrokenUrls(string? urls)
    {
        foreach (var url in urls?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
        {
            var named = url.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal);
            if (!Uri.TryCreate(named, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                yield return $"urls: \"{url}\" is not an address to listen on, such as http://localhost:8420 or http://*:8420.";
        }
    }
}
