using Microsoft.Extensions.Options;
using Npgsql;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Events;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Tests.Store;

public sealed class PostgresDatabaseTests : IOnPostgres
{
    [Fact]
    public async Task Eight_nodes_that_start_at_once_make_the_schema_once()
    {
        var server = await PostgresServer.SharedAsync();
        await server.ExecuteAsync("postgres", "CREATE DATABASE started_at_once");
        var options = Options.Create(new OpenPassageOptions { Database = server.ConnectionString("started_at_once") });

        var nodes = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => new PostgresDatabase(options, TimeProvider.System, ServedRooms.Schema))));

        Assert.Equal(
            ServedRooms.Schema.Newest.Values.Sum(), await nodes[7].NumberAsync(new("SELECT COUNT(*) FROM schema_steps"), default));
        foreach (var node in nodes)
            node.Dispose();
        await server.DropDatabaseAsync("started_at_once");
    }

    [Theory]
    [InlineData("Database=missing", "database \"missing\" does not exist")]
    [InlineData("Database=postgres;Port=1", "Failed to connect")]
    public async Task A_database_that_cannot_be_opened_stops_the_start_with_a_sentence(string change, string reason)
    {
        var server = await PostgresServer.SharedAsync();
        var options = Options.Create(
            new OpenPassageOptions { Database = server.ConnectionString("postgres") + ";Password=secret;" + change });

        var refused = Assert.Throws<OptionsValidationException>(
            () => new PostgresDatabase(options, TimeProvider.System, ServedRooms.Schema));

        Assert.Matches(
            "^OpenPassage:Database names (missing|postgres) on 127.0.0.1, which cannot be opened as a database: ", refused.Message);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_callers_in_one_commit_only_the_failing_one_fails()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");

        // While somebody holds the passkey, sign-ins queue up behind the first ones and go out together.
        await using var connection = await OpenAsync(store);
        await using var holding = await connection.BeginTransactionAsync();
        await RunAsync(connection, "SELECT 1 FROM passkeys FOR UPDATE");
        var good = Enumerable.Range(0, 40).Select(_ => SignInAsync("good")).ToList();
        var bad = SignInAsync("no text of PostgreSQL: \0");
        good.AddRange(Enumerable.Range(0, 40).Select(_ => SignInAsync("good")));
        await holding.RollbackAsync();

        Assert.All(await Task.WhenAll(good), outcome => Assert.Equal(AuthenticationOutcome.Saved, outcome));
        Assert.Equal("22021", (await Assert.ThrowsAsync<PostgresException>(() => bad)).SqlState);
        Assert.Equal(80, (await store.Users.GetAsync(StoreFixture.A, user.Id, default))!.LoginCount);

        Task<AuthenticationOutcome> SignInAsync(string userAgent) => store.Passkeys.SaveAuthenticationAsync(
            store.SignInOf(StoreFixture.A, store.AuthenticationOf(), record) with { UserAgent = userAgent }, default).AsTask();
    }

    [Fact]
    public async Task In_one_commit_a_ticket_is_spent_once_and_the_last_sign_in_tells_the_backup_state()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        await using var connection = await OpenAsync(store);
        await using var holding = await connection.BeginTransactionAsync();
        await RunAsync(connection, "SELECT 1 FROM passkeys FOR UPDATE");
        var (ticket, nonce) = (store.AuthenticationOf(user, TicketId.Create()), store.NonceOf(user, record));

        // The first two are under way by themselves, in either order; the rest is one commit.
        var outcomes = Enumerable.Range(1, 59).Select(place => store.SaveAsync(
            StoreFixture.A,
            place % 3 == 0 ? ticket : store.AuthenticationOf(),
            record with { SignCount = (uint)place, BackupState = place is 1 or 2 or 59 }).AsTask()).ToList();
        await RunAsync(connection, $"INSERT INTO spent VALUES ('app-a', '\\x{Convert.ToHexString(nonce.Id.ToArray())}', 'held', 0)");
        var nonces = Enumerable.Range(0, 20).Select(_ => store.Spent.SpendNonceAsync(StoreFixture.A, nonce, default).AsTask()).ToList();
        await holding.RollbackAsync();

        Assert.Equal(41, (await Task.WhenAll(outcomes)).Count(outcome => outcome == AuthenticationOutcome.Saved));
        Assert.Equal(1, (await Task.WhenAll(nonces)).Count(outcome => outcome.SpentNow));
        var passkey = (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!;
        Assert.Equal((41, true, 59u), (passkey.UsageCount, passkey.Record.BackupState, passkey.Record.SignCount));
        Assert.Equal(
            41, (await store.Events.RecentAsync(StoreFixture.A, user.Id, 1000, default)).Count(e => e.Action == EventAction.Login));
    }

    [Fact]
    public async Task A_deadlock_is_tried_again_before_anyone_sees_it()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (alice, _) = await store.RegisterAsync(StoreFixture.A, "alice");
        var (bob, _) = await store.RegisterAsync(StoreFixture.A, "bob");

        var rows = await Task.WhenAll(TouchAsync(alice, bob), TouchAsync(bob, alice));

        Assert.All(rows, counts => Assert.Equal([1, 1], [counts[0], counts[2]]));
        Assert.Contains(await LogAsync(store), line => line.Contains("ERROR:  deadlock detected", StringComparison.Ordinal));

        Task<Touched> TouchAsync(User first, User second)
            => store.Database.WriteAsync([Touch(first), new("SELECT pg_sleep(0.3)"), Touch(second)], default).AsTask();
        Statement Touch(User user)
            => new("UPDATE users SET updated_at = updated_at + 1 WHERE app_id = 'app-a' AND user_id = @user", Text("user", user.Id));
    }

    [Fact]
    public async Task Nodes_that_sign_in_with_the_same_passkeys_never_wait_for_each_other_in_a_circle()
    {
        await using var store = await StoreFixture.CreateAsync();
        var records = new List<WebAuthn.CredentialRecord>();
        for (var i = 0; i < 10; i++)
            records.Add((await store.RegisterAsync(StoreFixture.A, $"user {i}")).Record);
        using var other = new PostgresDatabase(store.Options, store.Time, ServedRooms.Schema);
        var nodes = new[] { store.Passkeys, new PasskeyStore(other, store.Writing, store.Time, store.Options) };

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                var save = store.SignInOf(StoreFixture.A, store.AuthenticationOf(), records[(caller * 7 + i * 3) % 10]);
                Assert.Equal(AuthenticationOutcome.Saved, await nodes[caller % 2].SaveAuthenticationAsync(save, default));
            }

            return 20;
        })));

        Assert.Equal(1280, outcomes.Sum());
        Assert.DoesNotContain(await LogAsync(store), line => line.Contains("deadlock", StringComparison.Ordinal));
        Assert.Equal(1280, await store.Database.NumberAsync(new("SELECT CAST(SUM(usage_count) AS BIGINT) FROM passkeys"), default));
    }

    [Fact]
    public async Task A_plan_that_was_made_while_a_table_was_empty_still_reads_it_by_key()
    {
        await using var store = await StoreFixture.CreateAsync();
        await store.Database.WriteAsync([new("ANALYZE") { OneOff = true }], default);

        var plan = await store.Database.ListAsync(
            new($"EXPLAIN SELECT 1 FROM spent WHERE app_id = '{StoreFixture.A}' AND ticket = 'x'"), row => row.GetString(0), default);

        Assert.Contains(plan, step => step.Contains("spent_pkey", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("Seq Scan", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sweeping_passes_over_what_somebody_holds()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        await store.Spent.SpendNonceAsync(StoreFixture.A, store.NonceOf(user, record), default);
        store.Time.Advance(TimeSpan.FromDays(500));
        await using var connection = await OpenAsync(store);
        await using var holding = await connection.BeginTransactionAsync();
        await RunAsync(connection, "SELECT 1 FROM spent ORDER BY expires_at LIMIT 1 FOR UPDATE");
        await RunAsync(connection, "SELECT 1 FROM events FOR UPDATE");

        Assert.Equal(1, await store.Spent.RemoveExpiredAsync(default));
        Assert.Equal(0, await store.Events.RemoveBeforeAsync(store.Time.GetUtcNow(), default));

        await holding.RollbackAsync();
        Assert.Equal(1, await store.Spent.RemoveExpiredAsync(default));
        Assert.Equal(1, await store.Events.RemoveBeforeAsync(store.Time.GetUtcNow(), default));
    }

    [Fact]
    public async Task What_was_answered_outlives_a_crash_of_the_server_and_a_node_recovers_by_itself()
    {
        await using var server = await PostgresServer.CreateAsync();
        using var database = new PostgresDatabase(
            Options.Create(new OpenPassageOptions { Database = await server.CreateDatabaseAsync() }),
            TimeProvider.System,
            ServedRooms.Schema);
        var app = new AppId("a");
        await database.WriteAsync([new("CREATE TABLE answered (attempt TEXT PRIMARY KEY)")], default);
        var write = new FrequentWrite(1, [], ["INSERT INTO answered SELECT unnest(@attempt) RETURNING attempt"]);
        var answered = 0;
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                await database.WriteAsync(write, app, [Text("attempt", $"{writer} {i}")], default);
                Interlocked.Increment(ref answered);
            }
        })).ToList();
        while (Volatile.Read(ref answered) < 500)
            await Task.Yield();

        await server.CrashAsync();

        foreach (var writer in writers)
            await Assert.ThrowsAsync<DatabaseUnavailableException>(() => writer);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(async () => await database.NumberAsync(new("SELECT 1"), default));
        await server.StartAsync();
        Assert.InRange(await database.NumberAsync(new("SELECT COUNT(*) FROM answered"), default), answered, answered + 8);
        Assert.True((await database.WriteAsync(write, app, [Text("attempt", "again")], default)).Done);
    }

    /// <summary>
    /// Two nodes, one app, every kind of write that goes out with others, and beside them what writes alone. A deadlock would be tried
    /// once more and not be seen but in the server's log.
    /// </summary>
    [Fact]
    public async Task All_kinds_of_writes_at_once_on_two_nodes_never_wait_for_each_other_in_a_circle()
    {
        await using var store = await StoreFixture.CreateAsync();
        using var second = new PostgresDatabase(store.Options, store.Time, ServedRooms.Schema);
        var people = new List<(User User, CredentialRecord Record)>();
        for (var i = 0; i < 12; i++)
            people.Add(await store.RegisterAsync(StoreFixture.A, $"user {i}"));
        PasskeyStore[] passkeys = [store.Passkeys, new(second, store.Writing, store.Time, store.Options)];
        SpentTickets[] spent = [store.Spent, new(second, store.Writing, store.Time)];

        var workers = Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var round = 0; round < 25; round++)
            {
                var (user, record) = people[random.Next(people.Count)];
                var node = (worker + round) % 2;
                var signIn = passkeys[node].SaveAuthenticationAsync(
                    store.SignInOf(StoreFixture.A, store.AuthenticationOf(), record), default);
                var verified = spent[1 - node].SpendNonceAsync(StoreFixture.A, store.NonceOf(user, record), default);
                var alone = passkeys[1 - node].SaveAuthenticationAsync(
                    store.SignInOf(StoreFixture.A, store.AuthenticationOf(), record) with { SignCountRegressed = true }, default);
                Assert.Equal(AuthenticationOutcome.Saved, await signIn);
                Assert.True((await verified).SpentNow);
                Assert.Equal(AuthenticationOutcome.Saved, await alone);
                await spent[node].RemoveExpiredAsync(default);
            }
        }));
        await Task.WhenAll(workers);

        Assert.DoesNotContain(await LogAsync(store), line => line.Contains("deadlock", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> LogAsync(StoreFixture store)
        => await (await PostgresServer.SharedAsync()).LogOfAsync(new NpgsqlConnectionStringBuilder(store.Options.Value.Database).Database!);

    private static async Task<NpgsqlConnection> OpenAsync(StoreFixture store)
    {
        var connection = new NpgsqlConnection(store.Options.Value.Database);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
