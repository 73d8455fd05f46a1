using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Sql;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Tests.Store;

/// <summary>How much of a database is in its file alone, and what is noticed when the log is not there.</summary>
public sealed class SqliteLogTests : IOnDisk, IDisposable
{
    private readonly DirectoryInfo elsewhere = Directory.CreateDirectory(StoreFixture.TemporaryDirectory());

    public void Dispose() => elsewhere.Delete(recursive: true);

    [Fact]
    public async Task A_file_that_is_copied_without_its_log_has_its_schema_from_the_start()
    {
        await using var store = await StoreFixture.CreateAsync();

        await EventuallyAsync(() => CountIn(CopyOf(store), "sqlite_master") > 10);
    }

    [Fact]
    public async Task What_little_is_written_is_in_the_file_seconds_later_and_then_the_log_is_emptied()
    {
        await using var store = await StoreFixture.CreateAsync();
        await PutAsync(store, "one");

        await EmptiedAsync(store);

        Assert.Equal(1, CountIn(CopyOf(store), "spent"));
        Assert.Equal(1, await store.Database.NumberAsync(new("SELECT COUNT(*) FROM spent"), default));
    }

    [Fact]
    public async Task While_somebody_reads_for_long_writes_and_copies_go_on()
    {
        await using var store = await StoreFixture.CreateAsync();
        using var reader = new SqliteConnection($"Data Source={FileOf(store)};Pooling=False");
        reader.Open();
        using var reading = reader.BeginTransaction(deferred: true);
        using var query = new SqliteCommand("SELECT COUNT(*) FROM spent", reader, reading);
        Assert.Equal(0L, query.ExecuteScalar());

        for (var i = 0; i < 20; i++)
        {
            await PutAsync(store, $"{i}");
            store.Time.Advance(SqliteCheckpoints.Pace);
        }

        Assert.Equal(0L, query.ExecuteScalar());
        Assert.Equal(20, await store.Database.NumberAsync(new("SELECT COUNT(*) FROM spent"), default));
    }

    [Fact]
    public async Task A_server_that_ends_in_order_leaves_one_file_which_is_everything()
    {
        await using var store = await StoreFixture.CreateAsync();
        await store.Database.BeginServingAsync(default);
        await PutAsync(store, "one");
        await store.Database.EndServingAsync(default);
        store.Database.Dispose();

        Assert.False(File.Exists(FileOf(store) + "-wal"));
        Assert.Equal(1, CountIn(CopyOf(store), "spent"));
        store.Reopen();
        Assert.Null(await store.Database.WhyOlderAsync(default));
    }

    [Fact]
    public async Task After_a_crash_all_is_there_and_nothing_is_suspected()
    {
        await using var store = await StoreFixture.CreateAsync();
        await store.Database.BeginServingAsync(default);
        await PutAsync(store, "one");
        // Commands that are run meanwhile, or after it, leave the log where it is.
        using (var examination = new SqliteExamination(store.Options.Value, ServedRooms.Schema))
            Assert.Null(examination.WhyOlder);

        store.Reopen();
        using (var examination = new SqliteExamination(store.Options.Value, ServedRooms.Schema))
            Assert.Null(examination.WhyOlder);

        Assert.Null(await store.Database.WhyOlderAsync(default));
        Assert.Equal(1, await store.Database.NumberAsync(new("SELECT COUNT(*) FROM spent"), default));
    }

    [Fact]
    public async Task A_file_that_was_copied_in_use_without_its_log_is_noticed()
    {
        await using var store = await StoreFixture.CreateAsync();
        await store.Database.BeginServingAsync(default);
        await EventuallyAsync(() => IsInUse(CopyOf(store)));
        await PutAsync(store, "one");

        using var copy = Open(CopyOf(store));

        Assert.Contains("has lost its write-ahead log", await copy.WhyOlderAsync(default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_shorter_than_the_file_knows_is_noticed()
    {
        await using var store = await StoreFixture.CreateAsync();
        await store.Database.BeginServingAsync(default);
        await EventuallyAsync(() => IsInUse(CopyOf(store)));
        await PutAsync(store, "one");
        await EmptiedAsync(store);
        // The first write after that begins a turn, which notes the time before it copies and after.
        await PutAsync(store, "two");
        await NotedTwiceAsync();
        await PutAsync(store, "three");
        var cut = await ReadAsync(FileOf(store) + "-wal");
        await PutAsync(store, "four");
        store.Time.Advance(SqliteCheckpoints.Pace);
        await NotedTwiceAsync();
        var file = CopyOf(store);
        await File.WriteAllBytesAsync(file + "-wal", cut);

        using var copy = Open(file);

        Assert.Contains("older or shorter than the file expects", await copy.WhyOlderAsync(default), StringComparison.Ordinal);

        // The first note is of this moment, the second stands a little later.
        async Task NotedTwiceAsync()
        {
            while (await store.Database.NumberAsync(SqliteContinuity.SelectWorked, default) <= Micros.From(store.Time.GetUtcNow()))
                await Task.Delay(20);
        }
    }

    [Fact]
    public async Task An_older_copy_in_the_place_of_the_database_is_noticed_whoever_made_it()
    {
        await using var store = await StoreFixture.CreateAsync();
        await ServeAsync(store);
        var older = CopyOf(store);
        store.Reopen();
        Assert.Null(await store.Database.WhyOlderAsync(default));
        await ServeAsync(store);
        File.Copy(older, FileOf(store), overwrite: true);

        store.Reopen();

        Assert.Contains("there was a newer one here", await store.Database.WhyOlderAsync(default), StringComparison.Ordinal);
        await ServeAsync(store);
        store.Reopen();
        Assert.Null(await store.Database.WhyOlderAsync(default));
    }

    [Fact]
    public async Task A_new_file_where_there_was_a_database_is_noticed()
    {
        await using var store = await StoreFixture.CreateAsync();
        Assert.Null(await store.Database.WhyOlderAsync(default));
        await ServeAsync(store);
        File.Delete(FileOf(store));

        store.Reopen();

        Assert.Contains("there was a database here before", await store.Database.WhyOlderAsync(default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_file_in_a_directory_that_has_keys_is_noticed()
    {
        Directory.CreateDirectory(Path.Combine(elsewhere.FullName, "keys"));
        await File.WriteAllTextAsync(Path.Combine(elsewhere.FullName, "keys", "key-1.xml"), "<key />");

        using var database = Open(Path.Combine(elsewhere.FullName, "openpassage.db"));

        Assert.Contains("has been used before", await database.WhyOlderAsync(default), StringComparison.Ordinal);
    }

    // Each turn of the clock is a chance; the thread that copies takes its time.
    private static async Task EmptiedAsync(StoreFixture store)
    {
        var log = new FileInfo(FileOf(store) + "-wal");
        await EventuallyAsync(() =>
        {
            store.Time.Advance(SqliteCheckpoints.Pace);
            log.Refresh();
            return log.Length == 0;
        });
    }

    private static async Task ServeAsync(StoreFixture store)
    {
        await store.Database.BeginServingAsync(default);
        await store.Database.EndServingAsync(default);
        store.Database.Dispose();
    }

    private static ValueTask<Touched> PutAsync(StoreFixture store, string id) => store.Database.WriteAsync(
        [
            new(
                "INSERT INTO spent (app_id, ticket, attempt, expires_at) VALUES ('a', @ticket, @id, 1)",
                Bytes("ticket", System.Text.Encoding.ASCII.GetBytes(id)),
                Text("id", id)),
        ],
        default);

    private static string FileOf(StoreFixture store) => Path.Combine(store.DataDirectory, "openpassage.db");

    private static SqliteDatabase Open(string file)
        => new(
            Options.Create(new OpenPassageOptions { DataDirectory = Path.GetDirectoryName(file)!, Database = file }),
            new FakeTime(),
            ServedRooms.Schema);

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    // As cp would, and nothing else with it.
    private string CopyOf(StoreFixture store)
    {
        var file = Path.Combine(elsewhere.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName, "openpassage.db");
        File.Copy(FileOf(store), file);
        return file;
    }

    private static long CountIn(string file, string table)
    {
        using var alone = new SqliteConnection($"Data Source={file};Mode=ReadWrite;Pooling=False");
        alone.Open();
        using var count = alone.CreateCommand();
#pragma warning disable CA2100
        count.CommandText = $"SELECT COUNT(*) FROM {table}";
#pragma warning restore CA2100
        try
        {
            return (long)count.ExecuteScalar()!;
        }
        catch (SqliteException)
        {
            return -1;
        }
    }

    private static bool IsInUse(string file)
    {
        using var alone = new SqliteConnection($"Data Source={file};Mode=ReadWrite;Pooling=False");
        alone.Open();
        using var state = new SqliteCommand("PRAGMA user_version", alone);
        return (long)state.ExecuteScalar()! == SqliteContinuity.InUse;
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        for (var patience = Stopwatch.StartNew(); !holds();)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(1), "It has not come about within a minute.");
            await Task.Delay(20);
        }
    }
}
