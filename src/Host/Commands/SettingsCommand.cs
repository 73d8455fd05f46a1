using System.CommandLine;
using System.Text.Json;
using OpenPassage.Host.Doctor;
using OpenPassage.Host.Serving;
using OpenPassage.OperatorConsole.Settings;
using OpenPassage.Server;

namespace OpenPassage.Host.Commands;

/// <summary>
/// <c>openpassage settings</c>: where the server would listen, keep its data and send mail, from wherever the settings come.
/// <c>./run</c> asks it instead of reading arguments and environment as the program does. It prints no key and judges nothing.
/// </summary>
internal static class SettingsCommand
{
    private const string Section = OpenPassageOptions.Section;

    public static Command Make(string[] settings, Option<bool> json)
    {
        var command = new Command("settings", "Print where the server listens, keeps its data and sends mail, from all settings combined.");
        command.SetAction(parsed =>
        {
            var read = ServerHost.ReadSettings(settings);
            var section = read.GetSection(Section);
            var shown = new SettingsShown(
                string.Join(';', AddressCheck.Urls(read)),
                section[nameof(OpenPassageOptions.DataDirectory)],
                section[ConsoleSettings.Origin],
                section[ConsoleSettings.PathBase],
                section[$"{nameof(OpenPassageCompleteOptions.Mail)}:{nameof(MailOptions.Smtp)}:{nameof(SmtpOptions.Host)}"]);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(shown, HostWire.Default.SettingsShown)
                : $"""
                    urls={shown.Urls}
                    {Section}:DataDirectory={shown.DataDirectory}
                    {Section}:Console:Origin={shown.ConsoleOrigin}
                    {Section}:PathBase={shown.PathBase}
                    {Section}:Mail:Smtp:Host={shown.MailHost}
                    """);
        });
        return command;
    }
}

/// <summary>Null: the settings do not say.</summary>
internal sealed record SettingsShown(string Urls, string? DataDirectory, string? ConsoleOrigin, string? PathBase, string? MailHost);
