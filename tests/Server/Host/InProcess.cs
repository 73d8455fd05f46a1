using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Host;
using OpenPassage.Host.Terminals;

namespace OpenPassage.Server.Tests.Host;

/// <summary>
/// Commands beside a running server, on its database, in the tests' own process: of the time that a program takes for a command most
/// is its start.
/// </summary>
internal static class InProcess
{
    public static async Task<(int ExitCode, string Output)> RunAsync(ServerFixture server, params string[] arguments)
    {
        var options = server.Services.GetRequiredService<IOptions<OpenPassageOptions>>().Value;
        string[] all =
        [
            .. arguments, $"--OpenPassage:DataDirectory={options.DataDirectory}", $"--OpenPassage:Database={options.Database}",
            $"--contentRoot={options.DataDirectory}",
        ];
        Assert.True(SettingArguments.TrySplit(all, out var settings, out var words, out _));
        var parsed = CommandLine.Commands(settings).Parse(words);
        Assert.Equal([], parsed.Errors.Select(error => error.Message));
        await using var output = new StringWriter();
        var exitCode = await parsed.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString());
    }
}
