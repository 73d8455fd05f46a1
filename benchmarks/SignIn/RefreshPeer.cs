using System.Text.Json;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>oidc-provider on node, one process, which changes refresh tokens as ours does.</summary>
internal sealed class RefreshPeer : Contender
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-peer-");

    private RefreshPeer(string name)
        : base(name)
    {
    }

    /// <summary>Of those whom it was given at its start.</summary>
    public IReadOnlyList<BenchSession> Sessions { get; private set; } = [];

    protected override string ContentType => "application/x-www-form-urlencoded";

    /// <param name="name">How it is called in the table.</param>
    /// <param name="people">How many are signed in.</param>
    /// <param name="database">Its database; null: a new SQLite file.</param>
    public static async Task<RefreshPeer> StartAsync(string name, int people, PostgresDaemon? database)
    {
        var peer = new RefreshPeer(name);
        string[] names = [.. Enumerable.Range(0, people).Select(index => $"member-{index}")];
        var (seed, tokens) = (Path.Combine(peer.data.FullName, "seed.json"), Path.Combine(peer.data.FullName, "tokens.json"));
        await File.WriteAllTextAsync(seed, JsonSerializer.Serialize(names));
        await peer.StartAsync(PeerServer.StartOf("oidc.js", new Dictionary<string, string?>
        {
            ["STORE"] = database is null ? "sqlite" : "pg",
            ["SQLITE_FILE"] = Path.Combine(peer.data.FullName, "peer.db"),
            ["DATABASE_URL"] = database?.Url,
            ["SEED"] = seed,
            ["TOKENS"] = tokens,
            ["CLIENT_ID"] = AppId,
            ["ORIGIN"] = Origin,
            ["PORT"] = $"{peer.Address.Port}",
        }));
        var given = JsonSerializer.Deserialize<string[]>(await File.ReadAllTextAsync(tokens))!;
        peer.Sessions = [.. names.Zip(given, (who, token) => BenchSession.Of(who, Refreshing.OfOAuth, token))];
        return peer;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        data.Delete(recursive: true);
    }

    protected override (string Path, bool FromPage) Route(Operation operation) => operation == Operation.RefreshSession
        ? ("/token", true)
        : throw new ArgumentOutOfRangeException(nameof(operation));
}
