using System.Diagnostics;
using System.Text.Json;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Failover;

/// <summary>
/// Two PostgreSQL that replicate synchronously, minded by Patroni, which agrees on the leader through etcd; before them HAProxy,
/// which leads to the leader. All in a directory of their own, on free ports of the loopback interface.
/// </summary>
internal sealed class PatroniCluster : IAsyncDisposable
{
    /// <summary>How long a leader that is not heard of stays leader.</summary>
    public static readonly TimeSpan Ttl = TimeSpan.FromSeconds(20);

    /// <summary>How often each Patroni looks.</summary>
    public static readonly TimeSpan LoopWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-ha-");
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly int etcdPort = Ports.Free(), etcdPeerPort = Ports.Free(), proxyPort = Ports.Free();
    private readonly PatroniNode[] nodes;
    private readonly List<Daemon> others = [];

    private PatroniCluster(string binaries)
    {
        Daemon.Own(directory.FullName);
        nodes = [new("one", directory.FullName, etcdPort, binaries), new("two", directory.FullName, etcdPort, binaries)];
    }

    /// <summary>Leads to whichever is the leader.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={proxyPort};Username=postgres;Database=postgres";

    /// <summary>What all of them said last.</summary>
    public string Output => string.Join("\n----\n", [.. nodes.Select(node => node.Output), .. others.Select(daemon => daemon.Output)]);

    /// <summary>The programs that are not installed here.</summary>
    public static IReadOnlyList<string> Missing =>
    [
        .. new[] { "patroni", "etcd", "haproxy" }.Where(program => Programs.Find(program) is null),
        .. Programs.PostgresBinaries is null ? new[] { "postgresql" } : [],
    ];

    public static async Task<PatroniCluster> StartAsync()
    {
        var cluster = new PatroniCluster(Programs.PostgresBinaries!);
        try
        {
            cluster.StartEtcd();
            await cluster.UntilAsync("etcd serves", cluster.EtcdAnswersAsync);
            foreach (var node in cluster.nodes)
                node.Start();
            cluster.StartProxy();
            await cluster.BothServeAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the leader with all that belongs to it; who it was.</summary>
    public async Task<PatroniNode> KillLeaderAsync()
    {
        var leader = await MemberAsync("leader") ?? throw new InvalidOperationException($"There is no leader.\n{Output}");
        await leader.KillAsync();
        return leader;
    }

    /// <summary>Waits until there is a leader and the other one follows it synchronously: no commit is on one disk only.</summary>
    public Task BothServeAsync() => UntilAsync(
        "there are a leader and a synchronous standby",
        async () => await MemberAsync("leader") is not null && await MemberAsync("sync_standby") is not null);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
        foreach (var daemon in others)
            await daemon.DisposeAsync();
        http.Dispose();
        directory.Delete(recursive: true);
    }

    private void StartEtcd()
    {
        var data = directory.CreateSubdirectory("etcd").FullName;
        Daemon.Own(data);
        others.Add(Daemon.Start(
            "etcd",
            "--data-dir", Path.Combine(data, "data"),
            "--listen-client-urls", $"http://127.0.0.1:{etcdPort}",
            "--advertise-client-urls", $"http://127.0.0.1:{etcdPort}",
            "--listen-peer-urls", $"http://127.0.0.1:{etcdPeerPort}",
            "--initial-advertise-peer-urls", $"http://127.0.0.1:{etcdPeerPort}",
            "--initial-cluster", $"default=http://127.0.0.1:{etcdPeerPort}",
            "--logger", "zap",
            "--log-level", "error"));
    }

    private void StartProxy()
    {
        var settings = Path.Combine(directory.FullName, "haproxy.cfg");
        File.WriteAllText(settings, $"""
            defaults
                mode tcp
                timeout connect 2s
                timeout check 2s
                timeout client 30m
                timeout server 30m
            listen leader
                bind 127.0.0.1:{proxyPort}
                option httpchk OPTIONS /primary
                http-check expect status 200
                default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
            {string.Concat(nodes.Select(node => $"    server {node.Name} 127.0.0.1:{node.Port} check port {node.RestPort}\n"))}
            """);
        others.Add(Daemon.Start(Programs.Find("haproxy")!, "-db", "-f", settings));
    }

    private async Task<bool> EtcdAnswersAsync()
    {
        using var health = await http.GetAsync(new Uri($"http://127.0.0.1:{etcdPort}/health"));
        return health.IsSuccessStatusCode;
    }

    /// <summary>The node in this role, as any Patroni that answers sees it.</summary>
    private async Task<PatroniNode?> MemberAsync(string role)
    {
        foreach (var node in nodes)
        {
            try
            {
                using var view = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri($"http://127.0.0.1:{node.RestPort}/cluster")));
                foreach (var member in view.RootElement.GetProperty("members").EnumerateArray())
                {
                    if (member.GetProperty("role").GetString() == role
                        && member.GetProperty("state").GetString() is "running" or "streaming")
                        return nodes.Single(one => one.Name == member.GetProperty("name").GetString());
                }
            }
            catch (HttpRequestException)
            {
                // This one is down, or not up yet.
            }
        }
        return null;
    }

    private async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await isSo())
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            if (watch.Elapsed > Patience)
                throw new InvalidOperationException($"After {Patience.TotalSeconds} s it is not so that {what}.\n{Output}");
            await Task.Delay(250);
        }
    }
}
