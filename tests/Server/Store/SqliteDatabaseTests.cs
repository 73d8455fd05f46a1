using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Sql;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Tests.Store;

public sealed class SqliteDatabaseTests : IOnDisk
{
    private static readonly Func<string, Statement> Put = id => new(
        "INSERT INTO spent (app_id, ticket, attempt, expires_at) VALUES ('a', @ticket, @attempt, 1)",
        Bytes("ticket", System.Text.Encoding.ASCII.GetBytes(id)),
        Text("attempt", id));

    [Fact]
    public async Task What_was_answered_is_there_for_another_connection_before_anything_is_closed()
    {
        await using var store = await StoreFixture.CreateAsync();
        await store.Database.WriteAsync([Put("one")], default);

        using var other = new SqliteConnection($"Data Source={Path.Combine(store.DataDirectory, "openpassage.db")};Pooling=False");
        other.Open();
        using var count = other.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM spent";
        Assert.Equal(1L, count.ExecuteScalar());
    }

    [Fact]
    public async Task Of_many_callers_in_one_commit_only_the_failing_one_fails()
    {
        await using var store = await StoreFixture.CreateAsync();

        // While another process holds the file, writes queue up behind the first and go out together.
        using var other = new SqliteConnection($"Data Source={Path.Combine(store.DataDirectory, "openpassage.db")};Pooling=False");
        other.Open();
        Run(other, "BEGIN IMMEDIATE");
        var good = Enumerable.Range(0, 40).Select(i => store.Database.WriteAsync([Put($"good {i}")], default).AsTask()).ToList();
        var bad = store.Database.WriteAsync([Put("bad"), Put("good 7")], default).AsTask();
        var later = Enumerable.Range(40, 40).Select(i => store.Database.WriteAsync([Put($"good {i}")], default).AsTask()).ToList();
        Run(other, "ROLLBACK");

        Assert.All(await Task.WhenAll([.. good, .. later]), touched => Assert.Equal(1, touched[0]));
        await Assert.ThrowsAsync<SqliteException>(() => bad);
        Assert.Equal(80, await store.Database.NumberAsync(new("SELECT COUNT(*) FROM spent"), default));
    }

    [Fact]
    public async Task A_write_after_the_end_is_refused_and_what_was_queued_is_finished()
    {
        await using var store = await StoreFixture.CreateAsync();
        var writes = Enumerable.Range(0, 50).Select(i => store.Database.WriteAsync([Put($"{i}")], default).AsTask()).ToList();
        store.Database.Dispose();

        await Task.WhenAll(writes);
        await Assert.ThrowsAnyAsync<Exception>(async () => await store.Database.WriteAsync([Put("late")], default));
        store.Reopen();
        Assert.Equal(50, await store.Database.NumberAsync(new("SELECT COUNT(*) FROM spent"), default));
    }

    [Fact]
    public void A_file_that_is_no_database_stops_the_start_with_a_sentence()
    {
        var directory = Directory.CreateDirectory(StoreFixture.TemporaryDirectory());
        File.WriteAllText(Path.Combine(directory.FullName, "openpassage.db"), new string('x', 5000));

        var refused = Assert.Throws<OptionsValidationException>(
            () => new SqliteDatabase(
                Options.Create(new OpenPassageOptions { DataDirectory = directory.FullName }), new FakeTime(), ServedRooms.Schema));

        Assert.StartsWith("OpenPassage:Database names ", refused.Message, StringComparison.Ordinal);
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Only_the_owner_can_read_directory_and_files()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows inherits the rights of the directory above.");
            return;
        }

        await using var store = await StoreFixture.CreateAsync();
        await store.RegisterAsync(StoreFixture.A, "alice");

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(store.DataDirectory));
        var files = Directory.GetFiles(store.DataDirectory);
        Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
        foreach (var file in files)
            Assert.Equal(Owner, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task The_file_is_in_WAL_mode_with_every_commit_flushed_and_foreign_keys_held()
    {
        await using var store = await StoreFixture.CreateAsync();

        Assert.Equal(2, await store.Database.NumberAsync(new("PRAGMA synchronous"), default));
        Assert.Equal(1, await store.Database.NumberAsync(new("PRAGMA foreign_keys"), default));
        Assert.Equal(["wal"], await store.Database.ListAsync(new("PRAGMA journal_mode"), row => row.GetString(0), default));
    }

    [Fact]
    public async Task What_is_committed_is_copied_into_the_file_while_writes_go_on()
    {
        await using var store = await StoreFixture.CreateAsync();
        var file = new FileInfo(Path.Combine(store.DataDirectory, "openpassage.db"));
        var before = file.Length;

        for (var i = 0; file.Length == before; i++, file.Refresh())
            await Task.WhenAll(
                Enumerable.Range(0, 200).Select(_ => store.Database.WriteAsync([Put(Guid.NewGuid().ToString())], default).AsTask()));

        var log = new FileInfo(file.FullName + "-wal");
        Assert.InRange(log.Length, 1, SqliteCheckpoints.LogPages * 4120L);
    }

    [Fact]
    public async Task The_log_does_not_grow_without_end()
    {
        await using var store = await StoreFixture.CreateAsync();
        var log = new FileInfo(Path.Combine(store.DataDirectory, "openpassage.db-wal"));

        // Larger than a page each: so much goes into the log three times over.
        var large = new string('x', 4096);
        for (var i = 0; i < 3 * SqliteCheckpoints.LogPages; i += 256)
        {
            await Task.WhenAll(Enumerable.Range(i, 256).Select(id => store.Database.WriteAsync(
                [
                    new(
                        "INSERT INTO spent (app_id, ticket, attempt, expires_at) VALUES ('a', @ticket, @attempt, 1)",
                        Bytes("ticket", BitConverter.GetBytes(id)),
                        Text("attempt", large)),
                ],
                default).AsTask()));
        }

        // Whoever copies it may have to wait for a machine that has much else to do.
        Assert.InRange(log.Length, 1, SqliteCheckpoints.LogPages * 4120L * 2);
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
