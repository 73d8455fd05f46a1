using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Host;

/// <summary><c>openpassage operator</c>, beside a server that runs on the same database.</summary>
public sealed class OperatorCommandTests(ServerFixture server) : ServerTests(server)
{
    private Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        Executable.RunAsync(["--OpenPassage:DataDirectory", Server.DataDirectory, .. arguments]);

    [Fact]
    public async Task An_operator_is_invited_let_back_in_listed_and_removed()
    {
        var (exitCode, link) = await RunAsync("operator", "invite", "Ada", "--role", "viewer");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("http://localhost:8420/console/setup#opi_", link, StringComparison.Ordinal);
        using var ada = new Visitor(Server);
        (await ada.SetUpAsync(link.Trim().Split('#')[1])).Expect(200);
        (await ada.GetAsync("/console/account")).Expect(200);

        // The passkey is lost: another one for the same operator, who may have another role now.
        var again = (string)JsonNode.Parse((await RunAsync("operator", "invite", "Ada", "--json")).Output)!["link"]!;
        using var elsewhere = new Visitor(Server);
        (await elsewhere.SetUpAsync(again.Split('#')[1])).Expect(200);
        var listed = JsonNode.Parse((await RunAsync("operator", "list", "--json")).Output)!["operators"]!.AsArray().Single()!;
        Assert.Equal(("Ada", "admin", 2), ((string)listed["name"]!, (string)listed["role"]!, (int)listed["passkeys"]!));

        Assert.Equal(0, (await RunAsync("operator", "remove", "Ada")).ExitCode);
        Assert.Equal(303, (await ada.GetAsync("/console/account")).Status);
        Assert.Equal(400, (await elsewhere.SignInAsync()).Status);
        Assert.Equal(3, (await RunAsync("operator", "remove", "Ada")).ExitCode);
    }

    [Fact]
    public async Task A_server_that_has_operators_starts_again_and_the_doctor_sees_it_through()
    {
        using var one = await Visitor.OperatorAsync(Server, OpenPassage.OperatorConsole.Sessions.OperatorRole.Admin, "Grace");

        await Server.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>()
            .OfType<Opening>()
            .Single()
            .StartingAsync(CancellationToken.None);
        var report = JsonNode.Parse((await RunAsync("doctor", "--json", "--offline")).Output)!;

        Assert.DoesNotContain(report["findings"]!.AsArray(), finding => (string)finding!["outcome"]! == "error");
        Assert.Equal(0, (await RunAsync("operator", "remove", "Grace")).ExitCode);
    }

    [Theory]
    [InlineData("@ada")]
    [InlineData("--json")]
    [InlineData("--urls")]
    [InlineData("Ада 愛達 👩🏽‍💻")]
    [InlineData("ada?role=admin#top")]
    public async Task Whatever_name_an_operator_may_have_it_is_one_to_invite_and_remove_by(string name)
    {
        var (exitCode, link) = await RunAsync("operator", "invite", "--", name);
        Assert.Equal(0, exitCode);
        using var one = new Visitor(Server);
        (await one.SetUpAsync(link.Trim().Split('#')[1])).Expect(200);

        var (removed, said) = await RunAsync("operator", "remove", "--", name);
        Assert.Equal((0, $"Removed: {name}."), (removed, said.Trim()));
        Assert.Equal(303, (await one.GetAsync("/console/account")).Status);
    }

    [Theory]
    [InlineData("ada/lovelace")]
    [InlineData("..")]
    [InlineData("100%")]
    public async Task A_name_that_no_address_can_hold_is_refused_and_one_given_before_can_be_removed(string name)
    {
        var (exitCode, output) = await RunAsync("operator", "invite", name);
        Assert.Equal(4, exitCode);
        Assert.Contains("none of them", output, StringComparison.Ordinal);

        using var one = await Visitor.OperatorAsync(Server, OpenPassage.OperatorConsole.Sessions.OperatorRole.Viewer, name);
        Assert.Equal(0, (await RunAsync("operator", "remove", name)).ExitCode);
        Assert.Equal(303, (await one.GetAsync("/console/account")).Status);
    }

    [Fact]
    public async Task A_start_at_a_terminal_prints_a_link_as_long_as_nobody_can_sign_in()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"openpassage-tests-{Guid.NewGuid():N}");
        for (var start = 0; start < 2; start++)
        {
            await using var first = await Executable.ServeOnTerminalAsync(["--OpenPassage:DataDirectory", directory]);
            await SaysAsync(first, "/console/setup#opi_");
        }

        await using var off = await Executable.ServeOnTerminalAsync(
            ["--OpenPassage:DataDirectory", directory, "--OpenPassage:Console:Enabled=false"]);
        using var http = new HttpClient();
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync(new Uri(off.Address, "/console"))).StatusCode);
        Assert.DoesNotContain("opi_", off.Output, StringComparison.Ordinal);
    }

    /// <summary>
    /// Threat 37: what a service prints is kept as its log, by systemd, a container runtime or a file, and read by more people than
    /// may enter.
    /// </summary>
    [Fact]
    public async Task A_service_prints_no_link_but_the_command_that_does()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"openpassage-tests-{Guid.NewGuid():N}");
        await using var service = await Executable.ServeAsync(["--OpenPassage:DataDirectory", directory]);
        await SaysAsync(service, "openpassage operator invite NAME");
        await Task.Delay(200);

        Assert.DoesNotContain("opi_", service.Output, StringComparison.Ordinal);
        Assert.Contains($"--OpenPassage:DataDirectory={directory}", service.Output, StringComparison.Ordinal);
        var (exitCode, output) = await Executable.RunAsync("operator", "invite", "Ada", $"--OpenPassage:DataDirectory={directory}");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("http://localhost:8420/console/setup#opi_", output, StringComparison.Ordinal);
    }

    /// <summary>A container has a terminal when it is asked for, and what is shown on it is kept as its log all the same.</summary>
    [Fact]
    public async Task In_a_container_no_terminal_counts()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"openpassage-tests-{Guid.NewGuid():N}");
        await using var service = await Executable.ServeOnTerminalAsync(
            ["--OpenPassage:DataDirectory", directory], new Dictionary<string, string> { ["DOTNET_RUNNING_IN_CONTAINER"] = "true" });
        await SaysAsync(service, "openpassage operator invite NAME");
        await Task.Delay(200);

        Assert.DoesNotContain("opi_", service.Output, StringComparison.Ordinal);
    }

    private static async Task SaysAsync(Executable program, string words)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (!program.Output.Contains(words, StringComparison.Ordinal))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(10), program.Output);
            await Task.Delay(50);
        }
    }
}
