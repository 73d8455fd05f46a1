using Npgsql;
using Xunit.v3;

namespace OpenPassage.Server.Tests;

/// <summary>
/// Marks a test class that runs on PostgreSQL; the others run on SQLite. Every class of tests that touches a database has such
/// a twin, which inherits its tests: they stand in <c>OnPostgres.cs</c>.
/// </summary>
public interface IOnPostgres;

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

    private static bool IsForPostgres => TestContext.Current.TestClass is IXunitTestClass { Class: var type } && type.IsAssignableTo(typeof(IOnPostgres));

    public static async Task<TestDatabase> CreateAsync()
    {
        if (!IsForPostgres)
            return new("openpassage.db", null);
        var shared = await PostgresServer.SharedAsync();
        return new(await shared.CreateDatabaseAsync(), shared);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DropDatabaseAsync(new NpgsqlConnectionStringBuilder(Setting).Database!);
    }
}
