using Microsoft.Data.Sqlite;
using OpenPassage.Host.Serving;

namespace OpenPassage.Server.Tests.Http;

/// <summary>When the server itself is in trouble. It has a server of its own: one test breaks the database.</summary>
public sealed class FailureTests(ServerFixture server) : ServerTests(server)
{
    [Fact]
    public async Task A_fault_is_answered_without_details_and_logged_once()
    {
        var user = await Backend.UserIdAsync(await RegisteredAsync());
        await using (var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Server.DataDirectory, "openpassage.db")};Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE events";
            await command.ExecuteNonQueryAsync();
        }

        var reply = await Backend.GetUserAsync(user);

        Assert.Equal((500, "internal_server_error"), reply.Refused);
        Assert.DoesNotContain("events", reply.Text, StringComparison.Ordinal);
        Assert.Single(
            Server.Log.Split('\n'),
            line => line.StartsWith("Error: ", StringComparison.Ordinal) && line.Contains("no such table", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_that_somebody_else_holds_is_a_reason_to_come_again()
    {
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Server.DataDirectory, "openpassage.db")};Pooling=false");
        await connection.OpenAsync();
        await using var held = connection.BeginTransaction(deferred: false);

        var reply = await Backend.CreateRegisterTransactionAsync(NewUser());

        Assert.Equal((503, "internal_server_error"), reply.Refused);
        Assert.Equal("1", reply.Header("Retry-After"));
    }

    [Theory]
    [InlineData("--OpenPassage:Apps:0:Id=shop")]
    [InlineData("--OpenPassage:TrustedProxies:0=somewhere")]
    [InlineData("--OpenPassage:Limits:BrowserCallsPerMinute=many")]
    [InlineData("--urls=http://localhost:notaport")]
    [InlineData("--urls=http://127.0.0.1:0;localhost")]
    public async Task A_wrong_setting_stops_the_start_with_exit_code_1(string setting) =>
        Assert.Equal(1, await ServerHost.RunAsync([setting, $"--OpenPassage:DataDirectory={Path.Combine(Server.DataDirectory, "wrong")}"])
            .WaitAsync(TimeSpan.FromSeconds(30)));
}
