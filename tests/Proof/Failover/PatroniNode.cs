using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Failover;

/// <summary>One PostgreSQL with the Patroni that minds it.</summary>
internal sealed class PatroniNode(string name, string directory, int etcd, string binaries) : IAsyncDisposable
{
    private Daemon? patroni;

    public string Name => name;

    public int Port { get; } = Ports.Free();

    public int RestPort { get; } = Ports.Free();

    public string Output => patroni?.Output ?? "";

    public void Start()
    {
        var home = Path.Combine(directory, name);
        var settings = home + ".yml";
        if (!File.Exists(settings))
        {
            Directory.CreateDirectory(home);
            File.WriteAllText(settings, Settings(home));
            Daemon.Own(home);
        }
        patroni = Daemon.Start("patroni", settings);
    }

    /// <summary><c>kill -9</c> of Patroni, the postmaster and every backend.</summary>
    public async Task KillAsync()
    {
        var postmaster = int.Parse(File.ReadLines(Path.Combine(directory, name, "data", "postmaster.pid")).First());
        await patroni!.KillAsync(and: postmaster);
        patroni = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (patroni is not null)
            await patroni.DisposeAsync();
    }

    private string Settings(string home) => $"""
        scope: openpassage
        name: {name}
        restapi:
          listen: 127.0.0.1:{RestPort}
          connect_address: 127.0.0.1:{RestPort}
        etcd3:
          hosts: 127.0.0.1:{etcd}
        bootstrap:
          dcs:
            ttl: {PatroniCluster.Ttl.TotalSeconds}
            loop_wait: {PatroniCluster.LoopWait.TotalSeconds}
            retry_timeout: 5
            synchronous_mode: true
            postgresql:
              use_pg_rewind: true
              parameters:
                max_connections: 60
                shared_buffers: 64MB
                wal_keep_size: 256MB
          initdb:
          - encoding: UTF8
          - locale: C
          - data-checksums
          pg_hba:
          - local all all trust
          - host all all 127.0.0.1/32 trust
          - host replication all 127.0.0.1/32 trust
        postgresql:
          listen: 127.0.0.1:{Port}
          connect_address: 127.0.0.1:{Port}
          data_dir: {home}/data
          bin_dir: {binaries}
          pgpass: {home}/pgpass
          authentication:
            superuser:
              username: postgres
            replication:
              username: replicator
            rewind:
              username: postgres
          parameters:
            unix_socket_directories: {home}
        """;
}
