using System.Text.RegularExpressions;
using Npgsql;
using OpenPassage.Server.Tests.Host;

namespace OpenPassage.Server.Tests.Store;

/// <summary>The roles that the guide and the compose example make, on a PostgreSQL of their own, whose roles nobody else uses.</summary>
public sealed class PostgresRolesTests : IOnPostgres, IAsyncLifetime
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-tests-");
    private PostgresServer server = null!;

    private static readonly string Root = RepositoryRoot.Find();

    public async ValueTask InitializeAsync() => server = await PostgresServer.CreateAsync(flush: false);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task With_the_guides_two_roles_the_owner_makes_the_schema_and_the_server_works_without_a_right_to_change_it()
    {
        await PsqlAsync(await GuidesSqlAsync(), "postgres");
        var (owner, runtime) = (As("openpassage_owner"), As("openpassage"));

        // Before the owner has been there, the server says what is to be done.
        var (exitCode, output) = await Executable.RunAsync("schema", $"--OpenPassage:Database={runtime}");
        Assert.Equal(1, exitCode);
        Assert.Contains("run 'openpassage schema' as the owner", output, StringComparison.Ordinal);

        (exitCode, output) = await Executable.RunAsync("schema", $"--OpenPassage:Database={owner}");
        Assert.True(exitCode == 0, output);

        var node = new ServerFixture { SharedDatabase = runtime };
        try
        {
            await node.InitializeAsync();
            var (backend, page) = (new Backend(node, ServerFixture.App), new Page(node, ServerFixture.App));
            (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"]!)).Expect(200);
            var signedIn = (await page.AuthenticateAsync()).Expect(200);
            Assert.Equal("alice", (await backend.VerifyNonceAsync(signedIn["nonce"]!)).Expect(200)["external_id"]);
            var user = await backend.UserIdAsync("alice");
            (await backend.RevokeDeviceAsync(
                user,
                (string)(await backend.ListDevicesAsync(user)).Expect(200).Json["devices"]![0]!["id"]!)).Expect(200);
            Assert.Equal("ok", await node.Http.GetStringAsync("health/ready"));
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_servers_role_can_neither_change_nor_remove_a_table_nor_make_one()
    {
        await PsqlAsync(await GuidesSqlAsync(), "postgres");
        Assert.Equal(0, (await Executable.RunAsync("schema", $"--OpenPassage:Database={As("openpassage_owner")}")).ExitCode);

        foreach (var sql in (string[])
        [
            "DROP TABLE spent", "ALTER TABLE spent ADD COLUMN x TEXT", "TRUNCATE spent", "CREATE TABLE more (x TEXT)",
            "CREATE TEMPORARY TABLE more (x TEXT)", "CREATE SCHEMA more", "CREATE ROLE more", "INSERT INTO schema_version VALUES (999, 0)",
            "INSERT INTO schema_steps VALUES ('server', 999, 0)",
            "ALTER SYSTEM SET fsync = off", "SELECT pg_read_file('/etc/passwd')",
        ])
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await FailureAsync(As("openpassage"), sql));
        }
    }

    [Fact]
    public async Task A_schema_that_is_behind_is_told_to_the_servers_role_in_a_sentence()
    {
        await PsqlAsync(await GuidesSqlAsync(), "postgres");
        Assert.Equal(0, (await Executable.RunAsync("schema", $"--OpenPassage:Database={As("openpassage_owner")}")).ExitCode);
        await server.ExecuteAsync(
            "openpassage",
            "DELETE FROM schema_steps WHERE room = 'server' AND step = (SELECT MAX(step) FROM schema_steps WHERE room = 'server')");

        var (exitCode, output) = await Executable.RunAsync(
            "serve", "--urls=http://127.0.0.1:0",
            $"--OpenPassage:DataDirectory={directory.FullName}",
            $"--OpenPassage:Database={As("openpassage")}");

        Assert.Equal(1, exitCode);
        Assert.Contains("run 'openpassage schema' as the owner", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_compose_examples_role_is_no_superuser_and_can_serve()
    {
        var script = Path.Combine(Root, "deploy", "compose", "database.sh");
        Assert.Contains(
            "./database.sh:/docker-entrypoint-initdb.d/",
            await File.ReadAllTextAsync(Path.Combine(Root, "deploy", "compose", "compose.yaml")),
            StringComparison.Ordinal);
        var path = $"PATH={Path.GetDirectoryName(PostgresServer.Program("psql"))}:/usr/bin:/bin";
        await PostgresServer.RunProgramAsync(
            "/usr/bin/env", path, "PGHOST=127.0.0.1", $"PGPORT={server.Port}", "POSTGRES_USER=postgres", "OPENPASSAGE_PASSWORD=it's ours",
            "sh", script);

        var (exitCode, output) = await Executable.RunAsync("schema", $"--OpenPassage:Database={As("openpassage")}");

        Assert.True(exitCode == 0, output);
        foreach (var sql in (string[])
        [
            "CREATE ROLE more", "CREATE DATABASE more", "SELECT pg_read_file('/etc/passwd')", "ALTER SYSTEM SET fsync = off",
        ])
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await FailureAsync(As("openpassage"), sql));
    }

    private string As(string role)
        => new NpgsqlConnectionStringBuilder(server.ConnectionString("openpassage")) { Username = role, Password = "any" }.ConnectionString;

    // All blocks of the guide's section, as they stand there.
    private static async Task<string> GuidesSqlAsync()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Root, "docs", "guides", "postgresql.md"));
        var section = guide[guide.IndexOf("## Two roles", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", 3, StringComparison.Ordinal)];
        return string.Concat(
            Regex.Matches(section, "```sql\n(?<sql>.*?)```", RegexOptions.Singleline, TimeSpan.FromSeconds(1))
                .Select(block => block.Groups["sql"].Value));
    }

    private async Task PsqlAsync(string sql, string database)
    {
        var file = Path.Combine(directory.FullName, "roles.sql");
        await File.WriteAllTextAsync(file, sql);
        await PostgresServer.RunProgramAsync(
            PostgresServer.Program("psql"), "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", $"{server.Port}", "-U", "postgres",
            "-f", file, database);
    }

    private static async Task<string?> FailureAsync(string setting, string sql)
    {
        await using var connection = new NpgsqlConnection(setting + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState;
    }
}
