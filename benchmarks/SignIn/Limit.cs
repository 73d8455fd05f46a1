using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// What no server with this design can do without for a sign-in: one P-256 verification with a key that is imported already, four
/// HTTP requests, and two rows in transactions that many share. All in CPU time, measured here and now.
/// </summary>
/// <param name="Verify">Milliseconds of one verification.</param>
/// <param name="Request">Milliseconds of one empty request.</param>
/// <param name="Row">Milliseconds of one row.</param>
internal sealed record Limit(double Verify, double Request, double Row)
{
    private const int RowsPerCommit = 50;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    public double SignInsPerCpuSecond => 1000 / (Verify + 4 * Request + 2 * Row);

    public static async Task<Limit> MeasureAsync(int clients) => new(MeasureVerify(), await MeasureRequestAsync(clients), MeasureRow());

    private static double MeasureVerify()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(pair.ExportParameters(includePrivateParameters: false));
        var data = new byte[37 + SHA256.HashSizeInBytes];
        var signature = pair.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return PerOperation(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                if (!key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
                    throw new InvalidOperationException("A good signature was refused.");
            }
            return 100;
        });
    }

    private static async Task<double> MeasureRequestAsync(int clients)
    {
        await using var server = await EmptyServer.StartAsync();
        var body = """{"transaction_id":"as long as a small body would be, which most are"}"""u8.ToArray();
        async Task<int> CallAsync(TimeSpan time)
        {
            var end = TimeProvider.System.GetTimestamp() + (long)(time.TotalSeconds * TimeProvider.System.TimestampFrequency);
            var answered = 0;
            await Load.DriveAsync(server, clients, async connection =>
            {
                for (; TimeProvider.System.GetTimestamp() < end; Interlocked.Increment(ref answered))
                    await connection.CallAsync(Operation.StartAuthentication, body);
            });
            return answered;
        }

        await CallAsync(Turn);
        var before = server.CpuTime;
        var calls = await CallAsync(2 * Turn);
        return (server.CpuTime - before).TotalMilliseconds / calls;
    }

    private static double MeasureRow()
    {
        var directory = Directory.CreateTempSubdirectory("openpassage-rows-");
        try
        {
            using var connection = new SqliteConnection($"Data Source={Path.Combine(directory.FullName, "rows.db")};Pooling=false");
            connection.Open();
            using var settings = connection.CreateCommand();
            settings.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE spent (ticket BLOB NOT NULL PRIMARY KEY, expires_at BIGINT NOT NULL)";
            settings.ExecuteNonQuery();
            using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO spent (ticket, expires_at) VALUES (@ticket, @expires_at)";
            var ticket = insert.Parameters.Add("@ticket", SqliteType.Blob);
            insert.Parameters.Add("@expires_at", SqliteType.Integer).Value = 1_800_000_000_000_000;
            return PerOperation(() =>
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
            });
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Milliseconds of CPU time for one, after as long a time to warm up.</summary>
    private static double PerOperation(Func<int> some)
    {
        var (operations, cpu) = (0, TimeSpan.Zero);
        for (var stage = 0; stage < 2; stage++)
        {
            (operations, cpu) = (0, Environment.CpuUsage.TotalTime);
            for (var begun = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begun) < Turn;)
                operations += some();
            cpu = Environment.CpuUsage.TotalTime - cpu;
        }
        return cpu.TotalMilliseconds / operations;
    }
}
