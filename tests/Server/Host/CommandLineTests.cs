using System.Diagnostics;
using System.Text.Json.Nodes;
using OpenPassage.Host.Terminals;

namespace OpenPassage.Server.Tests.Host;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--urls=http://localhost:1", "--urls=http://localhost:1")]
    [InlineData("--URLS|http://localhost:1", "--URLS=http://localhost:1")]
    [InlineData("--contentRoot|/srv|--OpenPassage:DataDirectory|/data", "--contentRoot=/srv|--OpenPassage:DataDirectory=/data")]
    // Npgsql's connection strings are full of equals signs.
    [InlineData("--OpenPassage:Database|Host=db;Username=me", "--OpenPassage:Database=Host=db;Username=me")]
    // A value is not looked at, even when it reads like a command or a setting.
    [InlineData("--OpenPassage:DataDirectory|version", "--OpenPassage:DataDirectory=version")]
    public void Settings_are_told_from_commands(string arguments, string expected)
    {
        Assert.True(SettingArguments.TrySplit(["serve", .. arguments.Split('|')], out var settings, out var words, out _));
        Assert.Equal(expected.Split('|'), settings);
        Assert.Equal(["serve"], words);
    }

    [Theory]
    [InlineData("--url", "--url")]
    [InlineData("nothing", "'nothing'")]
    [InlineData("--urls", "--urls needs a value")]
    [InlineData("serve|@file", "'@file'")]
    public async Task A_misspelled_argument_is_refused_and_named(string arguments, string named)
    {
        var (exitCode, output) = await Executable.RunAsync(arguments.Split('|'));
        Assert.Equal(1, exitCode);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("serve|--help")]
    [InlineData("version")]
    [InlineData("--version")]
    public async Task Asking_the_program_about_itself_starts_nothing(string arguments)
    {
        var (exitCode, output) = await Executable.RunAsync(arguments.Split('|'));
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("listening", output, StringComparison.Ordinal);
        Assert.NotEqual("", output.Trim());
    }

    [Fact]
    public async Task A_list_of_commands_has_a_line_each_and_the_help_of_one_says_all()
    {
        Assert.DoesNotContain("readable only by its owner", (await Executable.RunAsync("--help")).Output, StringComparison.Ordinal);
        var (exitCode, output) = await Executable.RunAsync("backup", "--help");
        Assert.Equal(0, exitCode);
        Assert.Contains("readable only by its owner", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_told_in_JSON()
    {
        var (exitCode, output) = await Executable.RunAsync("version", "--json");
        var shown = JsonNode.Parse(output)!;
        Assert.Equal(0, exitCode);
        Assert.Contains(
            $"openpassage {(string)shown["version"]!}", (await Executable.RunAsync("version")).Output, StringComparison.Ordinal);
        Assert.All((string[])["runtime", "sqlite", "platform"], name => Assert.NotEqual("", (string)shown[name]!));
    }

    [Fact]
    public async Task The_description_of_the_API_is_written_without_a_database()
    {
        var directory = Directory.CreateTempSubdirectory("openpassage-tests-");
        try
        {
            var file = Path.Combine(directory.FullName, "openapi.json");

            var (exitCode, output) = await Executable.RunAsync(
                "--openapi", file, $"--OpenPassage:DataDirectory={Path.Combine(directory.FullName, "data")}");

            Assert.True(exitCode == 0, output);
            Assert.Equal([file], Directory.GetFileSystemEntries(directory.FullName));
            Assert.Contains("\"operationId\": \"FinishAuthentication\"", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task A_completion_script_is_one_that_its_shell_reads(string shell)
    {
        var (exitCode, script) = await Executable.RunAsync("completion", shell);
        Assert.Equal(0, exitCode);
        var installed = Environment.GetEnvironmentVariable("PATH")!
            .Split(Path.PathSeparator)
            .Any(directory => File.Exists(Path.Combine(directory, shell)));
        Assert.SkipUnless(installed, $"{shell} is not installed.");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script);
            using var read = Process.Start(
                new ProcessStartInfo(shell, ["-n", file]) { UseShellExecute = false, RedirectStandardError = true })!;
            var complaint = await read.StandardError.ReadToEndAsync();
            await read.WaitForExitAsync();
            Assert.Equal((0, ""), (read.ExitCode, complaint));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Bash_completes_a_command()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "bash is not installed.");
        var script = (await Executable.RunAsync("completion", "bash")).Output;
        const string Line = "openpassage key rev";
        var program = Path.Combine(AppContext.BaseDirectory, "openpassage.dll");
        var bash = $$"""
            openpassage() { dotnet '{{program}}' "$@"; }
            {{script}}
            COMP_WORDS=({{Line}}) COMP_CWORD=2 COMP_LINE='{{Line}}' COMP_POINT={{Line.Length}}
            _openpassage
            echo "${COMPREPLY[*]}"
            """;
        using var run = Process.Start(
            new ProcessStartInfo("/bin/bash", ["-c", bash]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var completed = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.Equal("revoke", completed.Trim());
    }

    [Theory]
    [InlineData("")]
    [InlineData("serve")]
    public async Task It_serves_with_and_without_the_command(string command)
    {
        var data = Directory.CreateTempSubdirectory("openpassage-tests-");
        try
        {
            await using var server = await Executable.ServeAsync(
                [.. command.Split('|', StringSplitOptions.RemoveEmptyEntries), "--OpenPassage:DataDirectory", data.FullName]);
            using var http = new HttpClient { BaseAddress = server.Address };
            Assert.Equal("ok", await http.GetStringAsync("/health/ready"));
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}
