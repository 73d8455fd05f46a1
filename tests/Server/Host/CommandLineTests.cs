using OpenPassage.Host;

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

    [Theory]
    [InlineData("")]
    [InlineData("serve")]
    public async Task It_serves_with_and_without_the_command(string command)
    {
        var data = Directory.CreateTempSubdirectory("openpassage-tests-");
        try
        {
            await using var server = await Executable.ServeAsync([.. command.Split('|', StringSplitOptions.RemoveEmptyEntries), "--OpenPassage:DataDirectory", data.FullName]);
            using var http = new HttpClient { BaseAddress = server.Address };
            Assert.Equal("ok", await http.GetStringAsync("/health/ready"));
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}
