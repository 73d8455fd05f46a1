using System.Diagnostics;
using Npgsql;
using OpenPassage.Server.Tests.Complete;
using OpenPassage.Server.Tests.Host;

namespace OpenPassage.Server.Tests.Http;

/// <summary>Threats 2 and 7, when the database goes back to a moment at which a ticket was not spent yet.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-tests-");
    private readonly ServerFixture server = new CompleteSite();
    private ServerFixture? again;

    private string Live => Path.Combine(server.DataDirectory, "openpassage.db");

    private string Backup => Path.Combine(directory.FullName, "backup.db");

    public async ValueTask InitializeAsync() => await server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        if (again is not null)
            await again.DisposeAsync();
        await server.DisposeAsync();
        directory.Delete(recursive: true);
    }

    /// <summary>Threats 2 and 7: the copy knows nothing of what was spent after it.</summary>
    [Fact]
    public async Task From_a_backup_that_is_restored_no_ticket_of_before_is_accepted_and_new_ones_are()
    {
        var page = await RegisteredAsync(server);
        var (started, nonce, pending) = await SealedAsync(server, page);
        var visitor = new Visitor(server);
        var email = await visitor.SignUpAsync();
        Assert.Equal(0, (await Executable.RunAsync("backup", Backup, "--OpenPassage:DataDirectory", server.DataDirectory)).ExitCode);
        (await page.FinishAuthenticationAsync(started)).Expect(200);
        (await BackendOf(server).VerifyNonceAsync(nonce)).Expect(200);
        (await visitor.SendAsync(HttpMethod.Delete, $"tokens?refresh_token={visitor.RefreshToken}")).Expect(200);

        await RestoreAsync(Backup);

        await NothingOfBeforeAsync(again!, page, started, nonce, pending);
        await EndedSession.AssertAsync(again!, visitor, email);
        Assert.Contains("is a copy that 'openpassage backup' made", again!.Log, StringComparison.Ordinal);
    }

    /// <summary>Threats 2 and 7, with a copy that was made by hand while the server was stopped.</summary>
    [Fact]
    public async Task From_a_file_that_was_copied_by_hand_and_put_back_no_ticket_of_before_is_accepted()
    {
        var page = await RegisteredAsync(server);
        var (started, nonce, pending) = await SealedAsync(server, page);
        await server.EndAsync();
        File.Copy(Live, Backup);
        again = new Successor { SharedDatabase = Live, Keys = server.DataDirectory };
        await again.InitializeAsync();
        (await On(again, page).FinishAuthenticationAsync(started)).Expect(200);
        (await BackendOf(again).VerifyNonceAsync(nonce)).Expect(200);
        await again.DisposeAsync();

        await RestoreAsync(Backup);

        await NothingOfBeforeAsync(again!, page, started, nonce, pending);
    }

    /// <summary>The command, for what a start cannot notice: heeded by a server that runs.</summary>
    [Fact]
    public async Task The_command_refuses_what_is_older_on_a_server_that_runs()
    {
        var page = await RegisteredAsync(server);
        var (started, nonce, transaction) = await SealedAsync(server, page);

        var (exitCode, output) = await Executable.RunAsync("restored", "--OpenPassage:DataDirectory", server.DataDirectory);

        Assert.True(exitCode == 0, output);
        Assert.Equal("Earlier transactions, ceremonies and nonces are no longer accepted, and all sessions have ended.", output.Trim());
        // The server asks every two seconds. Starting spends nothing.
        for (var patience = Stopwatch.StartNew(); (await page.StartAuthenticationAsync(transaction)).Status == 200; await Task.Delay(100))
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(1), "The server has not heeded it within a minute.");
        await NothingOfBeforeAsync(server, page, started, nonce, transaction);
    }

    [Fact]
    public async Task A_restart_alone_refuses_nothing()
    {
        var page = await RegisteredAsync(server);
        var (started, nonce, pending) = await SealedAsync(server, page);
        await server.EndAsync();

        again = new Successor { SharedDatabase = Live, Keys = server.DataDirectory };
        await again.InitializeAsync();

        (await On(again, page).FinishAuthenticationAsync(started)).Expect(200);
        (await BackendOf(again).VerifyNonceAsync(nonce)).Expect(200);
        (await On(again, page).StartAuthenticationAsync(pending)).Expect(200);
    }

    private static Backend BackendOf(ServerFixture at) => new(at, ServerFixture.App);

    private static Page On(ServerFixture at, Page page) => new(at, ServerFixture.App) { Authenticator = page.Authenticator };

    private static async Task<Page> RegisteredAsync(ServerFixture at)
    {
        var page = new Page(at, ServerFixture.App);
        (await page.RegisterAsync(
            (await BackendOf(at).CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"]!)).Expect(200);
        return page;
    }

    // One of each kind, none of them spent yet.
    private static async Task<(Reply Started, string Nonce, string Transaction)> SealedAsync(ServerFixture at, Page page) =>
    (
        await page.StartAuthenticationAsync(),
        (await page.AuthenticateAsync()).Expect(200)["nonce"]!,
        (await BackendOf(at).CreateAuthenticateTransactionAsync("alice")).Expect(201)["transaction_id"]!);

    // As docs/guides/operate.md says.
    private async Task RestoreAsync(string copy)
    {
        await server.EndAsync();
        File.Delete(Live + "-wal");
        File.Delete(Live + "-shm");
        File.Copy(copy, Live, overwrite: true);
        again = new Successor { SharedDatabase = Live, Keys = server.DataDirectory };
        await again.InitializeAsync();
    }

    private static async Task NothingOfBeforeAsync(ServerFixture at, Page before, Reply started, string nonce, string transaction)
    {
        var page = On(at, before);
        Assert.NotEqual(200, (await page.FinishAuthenticationAsync(started)).Status);
        Assert.NotEqual(200, (await BackendOf(at).VerifyNonceAsync(nonce)).Status);
        Assert.NotEqual(200, (await page.StartAuthenticationAsync(transaction)).Status);
        var signedIn = (await page.AuthenticateAsync()).Expect(200);
        Assert.Equal("alice", (await BackendOf(at).VerifyNonceAsync(signedIn["nonce"]!)).Expect(200)["external_id"]);
    }

    /// <summary>The next one, with the sealing keys of the one before.</summary>
    private sealed class Successor : CompleteSite
    {
        public required string Keys { get; init; }

        public override async ValueTask InitializeAsync()
        {
            Directory.CreateDirectory(Path.Combine(DataDirectory, "keys"));
            foreach (var key in Directory.GetFiles(Path.Combine(Keys, "keys")))
                File.Copy(key, Path.Combine(DataDirectory, "keys", Path.GetFileName(key)));
            await base.InitializeAsync();
        }
    }
}

/// <summary>The same for a PostgreSQL database that was dumped and restored.</summary>
public sealed class RestoredDumpTests : IOnPostgres
{
    /// <summary>Threats 2 and 7: the dump knows nothing of what was spent after it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task From_a_dump_that_is_restored_no_nonce_of_before_is_accepted_and_new_ones_are(bool intoTheSame)
    {
        var postgres = await PostgresServer.SharedAsync();
        var setting = await postgres.CreateDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(setting).Database!;
        var dump = Path.Combine(Path.GetTempPath(), $"openpassage-{Guid.NewGuid():N}.dump");
        string nonce;
        var server = new CompleteSite { SharedDatabase = setting };
        Page page;
        var (visitor, email) = (new Visitor(server), "");
        try
        {
            await server.InitializeAsync();
            page = new Page(server, ServerFixture.App);
            var transaction = (await new Backend(server, ServerFixture.App)
                .CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"]!;
            (await page.RegisterAsync(transaction)).Expect(200);
            nonce = (await page.AuthenticateAsync()).Expect(200)["nonce"]!;
            email = await visitor.SignUpAsync();
            await PostgresServer.RunProgramAsync(
                PostgresServer.Program("pg_dump"), "--format=custom", $"--file={dump}",
                "-h", "127.0.0.1", "-p", $"{postgres.Port}", "-U", "postgres", name);
            (await new Backend(server, ServerFixture.App).VerifyNonceAsync(nonce)).Expect(200);
            (await visitor.SendAsync(HttpMethod.Delete, $"tokens?refresh_token={visitor.RefreshToken}")).Expect(200);
        }
        finally
        {
            await server.DisposeAsync();
        }

        if (!intoTheSame)
        {
            await postgres.ExecuteAsync("postgres", $"CREATE DATABASE {name}_restored");
            (name, setting) = ($"{name}_restored", postgres.ConnectionString($"{name}_restored"));
        }

        string[] clean = intoTheSame ? ["--clean"] : [];
        await PostgresServer.RunProgramAsync(
            PostgresServer.Program("pg_restore"),
            [.. clean, "-h", "127.0.0.1", "-p", $"{postgres.Port}", "-U", "postgres", $"--dbname={name}", dump]);
        File.Delete(dump);
        var restored = new CompleteSite { SharedDatabase = setting };
        try
        {
            await restored.InitializeAsync();
            var backend = new Backend(restored, ServerFixture.App);
            Assert.NotEqual(200, (await backend.VerifyNonceAsync(nonce)).Status);
            await EndedSession.AssertAsync(restored, visitor, email);
            var signedIn = (await new Page(restored, ServerFixture.App) { Authenticator = page.Authenticator }
                .AuthenticateAsync()).Expect(200);
            Assert.Equal("alice", (await backend.VerifyNonceAsync(signedIn["nonce"]!)).Expect(200)["external_id"]);
            Assert.Contains("restored from a dump", restored.Log, StringComparison.Ordinal);
        }
        finally
        {
            await restored.DisposeAsync();
            await postgres.DropDatabaseAsync(name);
        }
    }
}

/// <summary>A session that was ended after the copy was made, and that the copy has alive.</summary>
internal static class EndedSession
{
    public static async Task AssertAsync(ServerFixture at, Visitor before, string email)
    {
        var visitor = new Visitor(at) { Authenticator = before.Authenticator };
        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync(before.RefreshToken)).Refused);
        Assert.Equal(
            (401, "invalid_access_token"), (await visitor.SendAsync(HttpMethod.Get, "currentuser", token: before.Token)).Refused);
        (await visitor.SignInAsync(email)).Expect(200);
        (await visitor.RefreshAsync()).Expect(200);
    }
}
