using Npgsql;
using Xunit.v3;

namespace OpenPassage.Server.Tests;

/// <summary>
/// Marks a test class that runs on PostgreSQL; the others run on SQLite. Every class of tests that touches a database has such
/// a twin, which inherits its tests: they stand in <c>OnPostgres.cs</c>.
/// </summary>
public interface IOnPostgres;

/// <summary>Marks a test class that runs on PostgreSQL through a PgBouncer which lends a connection to each transaction.</summary>
public interface IThroughTransactions : IOnPostgres;

/// <summary>The same through a PgBouncer which gives each client a connection of its own.</summary>
public interface IThroughSessions : IOnPostgres;

/// <summary>
/// Marks a test class whose databases stay on the disk. <c>./test</c> keeps those of the others in memory, where no commit waits for
/// a disk.
/// </summary>
public interface IOnDisk;

/// <summary>A database for one test or one class of tests: an empty one of its own, on the engine that the running class is for.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly PostgresServer? server;

    private TestDatabase(string setting, PostgresServer? server)
    {
        Setting = setting;
        this.server = server;
    }

    /// <summary>What <c>OpenPassage:Database</c> is set to.</summary>
    public string Setting { get; }

    public bool IsPostgres => server is not null;

    private static string? PoolMode => IsFor<IThroughTransactions>() ? "transaction" : IsFor<IThroughSessions>() ? "session" : null;

    public static async Task<TestDatabase> CreateAsync()
    {
        if (!IsFor<IOnPostgres>())
            return new("openpassage.db", null);
        var shared = await PostgresServer.SharedAsync();
        var direct = await shared.CreateDatabaseAsync();
        if (PoolMode is not { } mode)
            return new(direct, shared);
        var pooler = await PgBouncer.SharedAsync(mode);
        return new(pooler.ConnectionString(new NpgsqlConnectionStringBuilder(direct).Database!), shared);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DropDatabaseAsync(new NpgsqlConnectionStringBuilder(Setting).Database!);
    }

    /// <summary>Where a test class puts its databases: what survives a restart of the machine is a disk.</summary>
    public static string Place => IsFor<IOnDisk>() ? "/var/tmp" : Path.GetTempPath();

    private static bool IsFor<T>()
        => TestContext.Current.TestClass is IXunitTestClass { Class: var type } && type.IsAssignableTo(typeof(T));
}
