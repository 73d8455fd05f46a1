using System.Diagnostics;
using System.Text.Json;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>@simplewebauthn/server and fastify on node, with the same operations on the same paths.</summary>
internal sealed class PeerServer : Contender
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-peer-");

    private PeerServer(string name)
        : base(name)
    {
    }

    private static string Program => Path.Combine(Proof.Tests.Repository.Root, "benchmarks", "peers", "server");

    /// <summary>Why it cannot run here; null: it can.</summary>
    public static string? Missing =>
        Programs.Find("node") is null ? "node is not installed"
        : !Directory.Exists(Path.Combine(Program, "node_modules", "oidc-provider"))
            ? "its packages are not installed: run npm ci in benchmarks/peers/server, or ./bench signin"
        : null;

    /// <param name="name">How it is called in the table.</param>
    /// <param name="people">Who can sign in.</param>
    /// <param name="workers">Processes of node's cluster.</param>
    /// <param name="database">A connection string in the form of a URL; null: a new SQLite file.</param>
    public static async Task<PeerServer> StartAsync(string name, IReadOnlyList<Person> people, int workers, string? database)
    {
        var peer = new PeerServer($"{name}, {workers} {(workers == 1 ? "worker" : "workers")}");
        var seed = Path.Combine(peer.data.FullName, "seed.json");
        await File.WriteAllTextAsync(seed, JsonSerializer.Serialize(people.Select(person => person.ToSeed())));
        await peer.StartAsync(StartOf("index.js", new Dictionary<string, string?>
        {
            ["STORE"] = database is null ? "sqlite" : "pg",
            ["SQLITE_FILE"] = Path.Combine(peer.data.FullName, "peer.db"),
            ["DATABASE_URL"] = database,
            ["SEED"] = seed,
            ["APP_ID"] = AppId,
            ["API_KEY"] = peer.ApiKey,
            ["ORIGIN"] = Origin,
            ["PORT"] = $"{peer.Address.Port}",
            ["WORKERS"] = $"{workers}",
        }));
        return peer;
    }

    /// <summary>How a program of that folder is started.</summary>
    public static ProcessStartInfo StartOf(string file, IReadOnlyDictionary<string, string?> settings)
    {
        var start = new ProcessStartInfo("node", [file]) { WorkingDirectory = Program };
        start.Environment["NODE_ENV"] = "production";
        foreach (var (variable, value) in settings)
            start.Environment[variable] = value;
        return start;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        data.Delete(recursive: true);
    }
}
