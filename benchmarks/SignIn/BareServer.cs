using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// The least that a server with a database does before it is ready: Kestrel listens, a new SQLite file in WAL mode has taken one
/// statement, and one address answers. What a start costs beyond that is ours.
/// </summary>
internal sealed class BareServer : Contender
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-bare-");

    private BareServer()
        : base("bare Kestrel with SQLite")
    {
    }

    /// <summary>In a process of its own, from its published program.</summary>
    public static async Task<BareServer> StartAsync()
    {
        var server = new BareServer();
        var program = StartUpBenchmark.Published("bare", "OpenPassage.Benchmarks.SignIn.dll");
        var start = new ProcessStartInfo("dotnet", [program, "bare", server.Address.ToString(), server.data.FullName]);
        // As a project of the web SDK has it, which the server is.
        start.Environment["DOTNET_gcServer"] = "1";
        await server.StartAsync(start);
        return server;
    }

    /// <summary>That process.</summary>
    public static async Task ServeAsync(string address, string directory)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(address);
        await using var app = builder.Build();
        await using var database = new SqliteConnection($"Data Source={Path.Combine(directory, "bare.db")}");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; CREATE TABLE ready (id INTEGER PRIMARY KEY)";
        await command.ExecuteNonQueryAsync();
        app.MapGet("/health/ready", () => "ready");
        await app.RunAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        data.Delete(recursive: true);
    }
}
