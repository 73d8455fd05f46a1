using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace OpenPassage.Browser.Tests;

/// <summary><c>./run</c>: server and demos on a machine with the .NET SDK alone, all ending together.</summary>
public sealed class RunCommand : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-run-");
    private readonly Uri server = new($"http://localhost:{Ports.Free()}");
    private readonly Uri demo = new($"http://localhost:{Ports.Free()}");
    private readonly Uri complete = new($"http://localhost:{Ports.Free()}");
    private readonly StringBuilder output = new();
    private TaskCompletionSource announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient http = new();
    private Process? run;

    [Fact]
    public async Task Its_first_start_gives_a_server_and_two_demos_that_are_its_apps()
    {
        await StartAsync(build: true);

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(server, "/health/ready"))).StatusCode);
        var page = await http.GetStringAsync(demo);
        Assert.Contains("data-app=\"demo\"", page, StringComparison.Ordinal);
        Assert.Contains($"content=\"{server}\"", page, StringComparison.Ordinal);
        var sdk = await http.GetStringAsync(new Uri(complete, "/passage.js"));
        Assert.Contains($"'{server}openpassage-complete.js'", sdk, StringComparison.Ordinal);
        Assert.Contains("new Passage('demo-complete')", sdk, StringComparison.Ordinal);
        var app = JsonDocument.Parse(await http.GetStringAsync(new Uri(server, "/v1/apps/demo-complete"))).RootElement.GetProperty("app");
        Assert.Equal("http://localhost:8422", app.GetProperty("auth_origin").GetString());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data.FullName, "demo.key")));
    }

    [Fact]
    public async Task At_a_terminal_it_shows_the_link_for_the_first_operator_and_elsewhere_the_command_that_does()
    {
        await StartAsync();
        Assert.DoesNotContain("/console/setup#", Said(), StringComparison.Ordinal);
        Assert.Contains("openpassage operator invite NAME", Said(), StringComparison.Ordinal);
        Send("TERM", run!.Id);
        await GoneAsync([run]);

        // util-linux's script gives it a terminal, and copies here what is shown on that.
        Start([], shell: words => ["script", "-qefc", string.Join(' ', words.Select(word => $"'{word}'")), "/dev/null"]);
        await Task.WhenAny(announced.Task, run.WaitForExitAsync(), Task.Delay(Patience));
        Assert.Contains($"{server.GetLeftPart(UriPartial.Authority)}/console/setup#opi_", Said(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_declared_apps_it_says_that_there_is_no_demo_app()
    {
        await StartAsync(
        [
            "--OpenPassage:Apps:0:Id=mine", "--OpenPassage:Apps:0:Name=Mine", "--OpenPassage:Apps:0:RpId=localhost",
            "--OpenPassage:Apps:0:Origins:0=http://localhost:9999", "--OpenPassage:Apps:0:ApiKeys:0=0123456789abcdef0123456789",
        ]);

        Assert.Contains("there are no demo apps", Said(), StringComparison.Ordinal);
        Assert.Contains("data-app=\"\"", await http.GetStringAsync(demo), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OpenPassage__DataDirectory")]
    [InlineData("OPENPASSAGE__DATADIRECTORY")]
    [InlineData("--OpenPassage:DataDirectory")]
    [InlineData("--openpassage:datadirectory=")]
    [InlineData("appsettings.json")]
    public async Task Data_is_kept_where_the_setting_says_wherever_it_stands(string setting)
    {
        var place = data.CreateSubdirectory("it's kept here").FullName;
        if (setting == "appsettings.json")
        {
            var settings = JsonSerializer.Serialize(new { OpenPassage = new { DataDirectory = place } });
            File.WriteAllText(Path.Combine(data.FullName, setting), settings);
            await StartAsync(["--urls", Address(server), "--contentRoot", data.FullName], own: true);
        }
        else if (setting.StartsWith("--", StringComparison.Ordinal))
        {
            string[] argument = setting.EndsWith('=') ? [setting + place] : [setting, place];
            await StartAsync(["--urls", Address(server), .. argument], own: true);
        }
        else
        {
            await StartAsync(["--urls", Address(server)], own: true, environment: [(setting, place)]);
        }

        Assert.True(File.Exists(Path.Combine(place, "openpassage.db")), Said());
        Assert.True(File.Exists(Path.Combine(place, "demo.key")));
        Assert.True(Directory.Exists(Path.Combine(place, "demo-site")));
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://localhost:{0}")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:{0}/")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "{0}")]
    [InlineData("--URLS=", "http://*:{0}")]
    [InlineData("--urls=", "http://[::]:{0}")]
    [InlineData("--Kestrel:Endpoints:One:Url=", "http://localhost:{0}")]
    public async Task The_server_listens_where_the_setting_says_and_the_demo_finds_it(string setting, string address)
    {
        var value = string.Format(CultureInfo.InvariantCulture, address, server.Port);
        var arguments = setting.StartsWith("--", StringComparison.Ordinal) ? [setting + value] : Array.Empty<string>();
        (string, string)[] environment = arguments.Length == 0 ? [(setting, value)] : [];
        await StartAsync(["--OpenPassage:DataDirectory", data.FullName, .. arguments], own: true, environment: environment);

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/health/ready"))).StatusCode);
        Assert.Matches($@"content=""http://(localhost|127\.0\.0\.1):{server.Port}/?""", await http.GetStringAsync(demo));
        Assert.Contains($"Console http://localhost:{server.Port}/console", Said(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_addresses_are_listened_on_and_the_console_is_where_the_setting_says()
    {
        var other = Ports.Free();
        await StartAsync(
            ["--urls", $"{Address(server)};http://localhost:{other}", "--OpenPassage:DataDirectory", data.FullName],
            own: true,
            environment: [("OpenPassage__Console__Origin", $"http://localhost:{other}")]);

        foreach (var port in (int[])[server.Port, other])
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri($"http://localhost:{port}/health/ready"))).StatusCode);
        Assert.Contains($"Console http://localhost:{other}/console", Said(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task However_it_is_ended_nothing_is_left_running(string signal)
    {
        await StartAsync();
        var children = Children();
        Assert.Equal(3, children.Count);

        Send(signal, run!.Id);

        await GoneAsync([run, .. children]);
    }

    [Theory]
    [InlineData(0, "The server ended")]
    [InlineData(1, "The demo ended")]
    [InlineData(2, "The demo without passwords ended")]
    public async Task When_one_of_them_ends_the_others_end_too(int which, string sentence)
    {
        await StartAsync();
        var children = Children();

        children[which].Kill();

        await GoneAsync([run!, .. children]);
        Assert.Equal(1, run!.ExitCode);
        Assert.Contains(sentence, Said(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_start_is_said_so_and_leaves_nothing_running()
    {
        Start(["--OpenPassage:Apps:0:Id=mine", "--OpenPassage:Apps:0:RpId=com", "--OpenPassage:Apps:0:Origins:0=https://example.com"]);

        using var patience = new CancellationTokenSource(Patience);
        await run!.WaitForExitAsync(patience.Token);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The server did not start", Said(), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (run is not null)
        {
            if (!run.HasExited)
                run.Kill(entireProcessTree: true);
            await run.WaitForExitAsync();
            run.Dispose();
        }
        http.Dispose();
        data.Delete(recursive: true);
    }

    private static string Address(Uri uri) => uri.GetLeftPart(UriPartial.Authority);

    private async Task StartAsync(
        string[]? arguments = null, bool build = false, bool own = false, (string Name, string Value)[]? environment = null)
    {
        Start(arguments ?? [], build, own, environment);
        await Task.WhenAny(announced.Task, run!.WaitForExitAsync(), Task.Delay(Patience));
        Assert.True(announced.Task.IsCompleted, Said());
    }

    /// <summary>
    /// Starts it from another directory, as a person may. <paramref name="build"/> as at the first start; otherwise it starts what is
    /// built already, which says as much about starting and ending. <paramref name="own"/>: the arguments are all there are.
    /// </summary>
    private void Start(
        string[] arguments,
        bool build = false,
        bool own = false,
        (string Name, string Value)[]? environment = null,
        Func<string[], string[]>? shell = null)
    {
        string[] usual = own ? [] : ["--urls", Address(server), $"--OpenPassage:DataDirectory={data.FullName}"];
        string[] command = [Repository.At("run"), .. build ? [] : (string[])["--no-build"], .. usual, .. arguments];
        command = shell?.Invoke(command) ?? command;
        announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (output)
            output.Clear();
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data.FullName,
        };
        start.Environment["DEMO_URL"] = Address(demo);
        start.Environment["COMPLETE_DEMO_URL"] = Address(complete);
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        run = new Process { StartInfo = start };
        run.OutputDataReceived += (_, line) => Collect(line.Data);
        run.ErrorDataReceived += (_, line) => Collect(line.Data);
        run.Start();
        run.BeginOutputReadLine();
        run.BeginErrorReadLine();
    }

    private void Collect(string? line)
    {
        lock (output)
            output.AppendLine(line);
        if (line?.Contains("Ctrl+C ends all", StringComparison.Ordinal) == true)
            announced.TrySetResult();
    }

    private string Said()
    {
        lock (output)
            return output.ToString();
    }

    /// <summary>The server and the demos, in this order.</summary>
    private List<Process> Children() =>
    [
        .. File.ReadAllText($"/proc/{run!.Id}/task/{run.Id}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(id => File.ReadAllText($"/proc/{id}/cmdline").Contains(".dll", StringComparison.Ordinal))
            .Select(id => Process.GetProcessById(int.Parse(id))),
    ];

    private static void Send(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString()]);
        kill.WaitForExit();
    }

    private static async Task GoneAsync(IEnumerable<Process> processes)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        foreach (var process in processes)
            await process.WaitForExitAsync(patience.Token);
    }
}
