using System.Security.Cryptography;
using Npgsql;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// What no server with this design can do without for a sign-in that is answered with tokens: one P-256 verification with a key that is
/// imported already, one RSA-2048 signature, two HTTP requests, and two rows in transactions that many share. All in CPU time.
/// </summary>
/// <param name="Parts">What other sign-ins need too.</param>
/// <param name="Sign">Milliseconds of one signature.</param>
/// <param name="PostgresRow">Milliseconds of one row in PostgreSQL, its own time and the caller's; null: it is not there.</param>
internal sealed record CompleteLimit(Limit Parts, double Sign, double? PostgresRow)
{
    public double OnSqlite => With(Parts.Row);

    public double OnPostgres => With(PostgresRow!.Value);

    private double With(double row) => 1000 / (Parts.Verify + Sign + 2 * Parts.Request + 2 * row);
}

/// <summary>Measures it in every round, as <see cref="LimitMeter"/> does.</summary>
internal sealed class CompleteLimitMeter : IAsyncDisposable
{
    private readonly LimitMeter parts;
    private readonly int? databaseProcess;
    private readonly NpgsqlConnection? connection;
    private readonly NpgsqlCommand? insert;
    private readonly byte[] data = RandomNumberGenerator.GetBytes(400);
    private readonly RSA[] keys;

    private CompleteLimitMeter(LimitMeter parts, PostgresDaemon? database)
    {
        this.parts = parts;
        using var pair = RSA.Create(2048);
        var key = pair.ExportParameters(includePrivateParameters: true);
        keys = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => RSA.Create(key))];
        if (database is null)
            return;
        databaseProcess = database.ProcessId;
        connection = new NpgsqlConnection(database.ConnectionString);
        connection.Open();
        using var table = new NpgsqlCommand(
            "CREATE SCHEMA floor; CREATE TABLE floor.spent (ticket BYTEA NOT NULL PRIMARY KEY, expires_at BIGINT NOT NULL)", connection);
        table.ExecuteNonQuery();
        insert = new NpgsqlCommand("INSERT INTO floor.spent (ticket, expires_at) SELECT t, $2 FROM unnest($1) AS t", connection)
        {
            Parameters = { new NpgsqlParameter<byte[][]>(), new NpgsqlParameter<long> { TypedValue = 1_800_000_000_000_000 } },
        };
        insert.Parameters[0].NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Bytea;
        insert.Parameters[0].Value = Tickets();
        insert.Prepare();
    }

    /// <param name="clients">Of the empty requests.</param>
    /// <param name="database">Where rows are measured besides SQLite; null: nowhere.</param>
    public static async Task<CompleteLimitMeter> StartAsync(int clients, PostgresDaemon? database)
    {
        var ofAll = await LimitMeter.StartAsync(clients);
        // Not on the thread that waits for the connections: it would wait for itself.
        var meter = await Task.Run(() => new CompleteLimitMeter(ofAll, database));
        await meter.MeasureAsync();
        return meter;
    }

    public async Task<CompleteLimit> MeasureAsync() => new(
        await parts.MeasureAsync(),
        LimitMeter.PerOperationOnAllCores(core => keys[core].SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
        insert is null ? null : await Task.Run(() => LimitMeter.PerOperation(Commit, databaseProcess)));

    public async ValueTask DisposeAsync()
    {
        await parts.DisposeAsync();
        foreach (var key in keys)
            key.Dispose();
        if (insert is not null)
            await insert.DisposeAsync();
        if (connection is not null)
            await connection.DisposeAsync();
    }

    private int Commit()
    {
        insert!.Parameters[0].Value = Tickets();
        return insert.ExecuteNonQuery();
    }

    private static byte[][] Tickets() => [.. Enumerable.Range(0, LimitMeter.RowsPerCommit).Select(_ => RandomNumberGenerator.GetBytes(16))];
}
