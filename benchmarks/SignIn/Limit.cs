using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// What no server with this design can do without for a sign-in: one P-256 verification with a key that is imported already, four
/// HTTP requests, and two rows in transactions that many share. All in CPU time.
/// </summary>
/// <param name="Verify">Milliseconds of one verification.</param>
/// <param name="Request">Milliseconds of one empty request.</param>
/// <param name="Row">Milliseconds of one row.</param>
internal sealed record Limit(double Verify, double Request, double Row)
{
    public double SignInsPerCpuSecond => 1000 / (Verify + 4 * Request + 2 * Row);
}

/// <summary>
/// Measures the limit in every round, beside what is compared with it: cores that are shared change their speed within a run. And as
/// the server that is compared keeps all cores busy, which slow each other down, all of them verify.
/// </summary>
internal sealed class LimitMeter : IAsyncDisposable
{
    /// <summary>How many rows share a transaction.</summary>
    public const int RowsPerCommit = 50;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);
    private static readonly byte[] Body = """{"transaction_id":"as long as a small body would be, which most are"}"""u8.ToArray();

    private readonly int clients;
    private readonly EmptyServer server;
    private readonly ECDsa[] keys;
    private readonly byte[] data = new byte[37 + SHA256.HashSizeInBytes];
    private readonly byte[] signature;
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-rows-");
    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;
    private readonly SqliteParameter ticket;

    private LimitMeter(int clients, EmptyServer server)
    {
        this.clients = clients;
        this.server = server;

        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = pair.ExportParameters(includePrivateParameters: false);
        keys = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => ECDsa.Create(publicKey))];
        signature = pair.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        connection = new SqliteConnection($"Data Source={Path.Combine(directory.FullName, "rows.db")};Pooling=false");
        connection.Open();
        using var settings = connection.CreateCommand();
        settings.CommandText = """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE spent (ticket BLOB NOT NULL PRIMARY KEY, expires_at BIGINT NOT NULL)
            """;
        settings.ExecuteNonQuery();
        insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO spent (ticket, expires_at) VALUES (@ticket, @expires_at)";
        ticket = insert.Parameters.Add("@ticket", SqliteType.Blob);
        insert.Parameters.Add("@expires_at", SqliteType.Integer).Value = 1_800_000_000_000_000;
    }

    /// <summary>Warm, so that the first measurement is as good as the last.</summary>
    public static async Task<LimitMeter> StartAsync(int clients)
    {
        var meter = new LimitMeter(clients, await EmptyServer.StartAsync());
        for (var times = 0; times < 3; times++)
            await meter.MeasureAsync();
        return meter;
    }

    public async Task<Limit> MeasureAsync()
        => new(PerOperationOnAllCores(Verify), await MeasureRequestAsync(), PerOperation(Commit));

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        foreach (var key in keys)
            key.Dispose();
        await insert.DisposeAsync();
        await connection.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private void Verify(int core)
    {
        if (!keys[core].VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
            throw new InvalidOperationException("A good signature was refused.");
    }

    private int Commit()
    {
        using var transaction = connection.BeginTransaction();
        insert.Transaction = transaction;
        for (var row = 0; row < RowsPerCommit; row++)
        {
            ticket.Value = RandomNumberGenerator.GetBytes(16);
            insert.ExecuteNonQuery();
        }
        transaction.Commit();
        return RowsPerCommit;
    }

    private async Task<double> MeasureRequestAsync()
    {
        var time = (long)(2 * Turn.TotalSeconds * TimeProvider.System.TimestampFrequency);
        var (before, end, answered) = (server.CpuTime, TimeProvider.System.GetTimestamp() + time, 0);
        await Load.DriveAsync(server, clients, async connection =>
        {
            for (; TimeProvider.System.GetTimestamp() < end; Interlocked.Increment(ref answered))
                await connection.CallAsync(Operation.StartAuthentication, Body);
        });
        return (server.CpuTime - before).TotalMilliseconds / answered;
    }

    /// <summary>Milliseconds of CPU time for one.</summary>
    /// <param name="some">Does some, and says how many.</param>
    /// <param name="databaseProcess">Whose time counts too; null: nobody's.</param>
    public static double PerOperation(Func<int> some, int? databaseProcess = null)
    {
        var (operations, cpu) = (0, CpuTime(databaseProcess));
        for (var begun = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begun) < Turn;)
            operations += some();
        return (CpuTime(databaseProcess) - cpu).TotalMilliseconds / operations;
    }

    /// <summary>The same of what every core does at once, as a server does that keeps them all busy.</summary>
    public static double PerOperationOnAllCores(Action<int> one)
    {
        const int Each = 500;
        return PerOperation(() =>
        {
            Parallel.For(0, Environment.ProcessorCount, core =>
            {
                for (var i = 0; i < Each; i++)
                    one(core);
            });
            return Each * Environment.ProcessorCount;
        });
    }

    private static TimeSpan CpuTime(int? databaseProcess)
        => Environment.CpuUsage.TotalTime + (databaseProcess is { } process ? ProcessTree.CpuTime(process) : default);
}
