using System.Diagnostics;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>The real server with a fresh data directory and no rate limits.</summary>
internal class ServerProcess : Contender
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-bench-");

    protected ServerProcess(string name)
        : base(name)
    {
    }

    /// <summary>Its own file of SQLite's, where it has one.</summary>
    public string SqliteFile => Path.Combine(data.FullName, "openpassage.db");

    /// <param name="name">How it is called in the table.</param>
    /// <param name="database">A connection string; null: a new SQLite file.</param>
    /// <param name="program">Its program; null: the one that was built.</param>
    /// <param name="complete">Whether the app is one of Complete, not of Flex.</param>
    public static async Task<ServerProcess> StartAsync(
        string name = "OpenPassage", string? database = null, string? program = null, bool complete = false)
    {
        var server = new ServerProcess(name);
        await server.StartAsync(database, program,
        [
            $"--OpenPassage:Apps:0:Id={AppId}",
            "--OpenPassage:Apps:0:Name=Benchmark",
            "--OpenPassage:Apps:0:RpId=localhost",
            $"--OpenPassage:Apps:0:Origins:0={Origin}",
            $"--OpenPassage:Apps:0:ApiKeys:0={server.ApiKey}",
            .. complete ? ["--OpenPassage:Apps:0:Type=complete"] : Array.Empty<string>(),
            "--OpenPassage:Limits:BrowserCallsPerMinute=0",
            "--OpenPassage:Limits:FailedKeysPerMinute=0",
            "--OpenPassage:Limits:LookupsPerMinute=0",
            "--OpenPassage:Limits:LookupsPerIdentifierPerMinute=0",
        ]);
        return server;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        data.Delete(recursive: true);
    }

    /// <summary>Starts it with these settings, where it says little.</summary>
    protected async Task StartAsync(string? database, string? program, string[] settings)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = data.FullName };
        string[] arguments =
        [
            program ?? Proof.Tests.Repository.Server,
            $"--urls={Address}",
            $"--OpenPassage:DataDirectory={data.FullName}",
            .. database is null ? Array.Empty<string>() : [$"--OpenPassage:Database={database}"],
            .. settings,
            "--Logging:LogLevel:Default=Warning",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        await StartAsync(start);
    }
}
