using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Store;

/// <summary>A database of the version before users had identifiers, opened by this one.</summary>
public class OldDatabaseTests
{
    // What there was then.
    private const string Users = """
        SELECT app_id, user_id, external_id, user_handle, status, metadata, carried_logins, carried_last_login_at, created_at, updated_at,
               enrolment_blocked
        FROM users ORDER BY app_id, user_id
        """;
    private const string Passkeys = "SELECT * FROM passkeys ORDER BY credential_id";

    [Fact]
    public async Task It_keeps_its_users_and_their_passkeys_and_takes_users_without_an_external_id()
    {
        await using var database = await TestDatabase.CreateAsync();
        var directory = StoreFixture.TemporaryDirectory();
        Directory.CreateDirectory(directory);
        try
        {
            await MakeAsync(database, directory);
            var before = await ReadAsync(database, directory);

            using (var opened = Open(database, directory))
            {
                var users = new UserStore(opened, TimeProvider.System);
                Assert.Equal("user 7", (await users.GetByExternalIdAsync(StoreFixture.A, "user 7", default))!.Name);
                Assert.Equal(8, (await users.ListAsync(StoreFixture.A, new(), default)).Total);
                Statement[] makes =
                [
                    users.Creation(StoreFixture.A, "another", "user 7"),
                    users.Creation(StoreFixture.A, "nameless", null),
                    users.Creation(StoreFixture.A, "nameless too", null),
                ];
                var made = await opened.WriteAsync(makes, default);
                Assert.Equal([0, 1, 1], makes.Select(made.By));
                // Passkeys hold their users.
                Statement held = new("DELETE FROM users WHERE user_id = 'id7'");
                await Assert.ThrowsAnyAsync<DbException>(async () => await opened.WriteAsync([held], default));
                Assert.Equal(2, (await opened.WriteAsync([new("DELETE FROM users WHERE external_id IS NULL")], default))[0]);
            }

            using (Open(database, directory))
                Assert.Equal(before, await ReadAsync(database, directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Database Open(TestDatabase database, string directory)
        => Database.Open(
            Microsoft.Extensions.Options.Options.Create(new OpenPassageOptions { DataDirectory = directory, Database = database.Setting }),
            TimeProvider.System,
            ServedRooms.Schema);

    private static async Task<DbConnection> ConnectAsync(TestDatabase database, string directory)
    {
        DbConnection connection = database.IsPostgres
            ? new NpgsqlConnection(database.Setting)
            : new SqliteConnection($"Data Source={Path.Combine(directory, "openpassage.db")};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    // The steps of that time, and in each of two apps eight users, six with a passkey each.
    private static async Task MakeAsync(TestDatabase database, string directory)
    {
        await using var connection = await ConnectAsync(database, directory);
        // The tests' databases are copies of one that has the newest schema.
        if (database.IsPostgres)
            await RunAsync(connection, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        await RunAsync(connection, FormerSchema.Table);
        foreach (var (number, texts) in FormerSchema.Steps(database.IsPostgres))
        {
            foreach (var text in texts)
                await RunAsync(connection, text);
            await RunAsync(connection, $"INSERT INTO schema_version (version, applied_at) VALUES ({number}, 0)");
        }

        foreach (var app in (string[])["app-a", "app-b"])
        {
            await RunAsync(
                connection,
                $"""
                INSERT INTO apps (app_id, name, rp_id, rp_name, origins, user_verification, source, in_service, created_at, updated_at)
                VALUES ('{app}', 'A', 'example.com', 'A', 'https://example.com', 'preferred', 'kept', 1, 1, 1)
                """);
            for (var i = 0; i < 8; i++)
            {
                await RunAsync(
                    connection,
                    $"""
                    INSERT INTO users (app_id, user_id, external_id, user_handle, status, metadata, carried_logins, carried_last_login_at,
                        created_at, updated_at, enrolment_blocked)
                    VALUES ('{app}', 'id{i}', 'user {i}', @bytes, '{(i == 3 ? "inactive" : "active")}',
                        {(i == 4 ? "'[]'" : "NULL")}, {i}, {i * 10}, {i + 100}, {i + 200}, {i % 2})
                    """,
                    [(byte)i, 1, 2]);
                if (i < 2)
                    continue;
                await RunAsync(
                    connection,
                    $"""
                    INSERT INTO passkeys (app_id, credential_id, device_id, user_id, public_key, sign_count, uv_initialized, backup_state,
                        transports, aaguid, friendly_name, device_type, usage_count, last_login_at, created_at, updated_at)
                    VALUES ('{app}', @bytes, 'device{i}', 'id{i}', @bytes, {i}, 1, 0,
                        '[]', '00000000-0000-0000-0000-000000000000', 'a key', 'passkey', {i}, 0, 1, 1)
                    """,
                    [(byte)i, 7]);
            }
        }
    }

    private static async Task<string> ReadAsync(TestDatabase database, string directory)
    {
        await using var connection = await ConnectAsync(database, directory);
        List<string> lines = [.. await RowsAsync(connection, Users), .. await RowsAsync(connection, Passkeys)];
        Assert.Equal(28, lines.Count);
        lines.AddRange(await RowsAsync(connection, database.IsPostgres
            ? "SELECT indexdef FROM pg_indexes WHERE tablename = 'users' ORDER BY 1"
            : "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'users' ORDER BY 1"));
        if (!database.IsPostgres)
        {
            Assert.Empty(await RowsAsync(connection, "PRAGMA foreign_key_check"));
            Assert.Equal(["ok"], await RowsAsync(connection, "PRAGMA integrity_check"));
        }

        return string.Join('\n', lines);
    }

    private static async Task<List<string>> RowsAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => TextOf(reader.GetValue(i)))));
        return rows;
    }

    private static string TextOf(object value)
        => value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static async Task RunAsync(DbConnection connection, string sql, byte[]? bytes = null)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (bytes is not null)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@bytes", bytes);
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync();
    }
}
