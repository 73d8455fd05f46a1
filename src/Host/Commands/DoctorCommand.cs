using System.CommandLine;
using System.Text.Json;
using OpenPassage.Host.Doctor;
using OpenPassage.Host.Serving;
using OpenPassage.Host.Terminals;
using OpenPassage.Server;
using OpenPassage.Server.Apps;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage doctor</c>.</summary>
internal static class DoctorCommand
{
    private const string About = "Check everything the server needs, and say what is wrong and how to fix it.";

    private const string Notes = """
        It checks the settings, data directory, database, clocks, sealing keys, apps, addresses and the mail server.

        It changes nothing and does not need a running server. Use the same settings as the server. It contacts only the database, the
        mail server (without sending anything), the server's own addresses, the origins of the apps and the domains of their RP IDs. Exit
        codes: 0 no problems, 2 warnings only, 1 errors.
        """;

    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(5);

    public static Command Make(string[] settings, Option<bool> json)
    {
        var offline = Arguments.Flag("--offline", "Do not contact web servers.");
        var timeout = Arguments.Span("--timeout", "How long to wait for each web server. Default: 5s.");
        var command = new NotedCommand("doctor", About, Notes) { offline, timeout };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var network = parsed.GetValue(offline)
                ? null
                : new Network(parsed.GetValue(timeout) ?? UsualTimeout, TimeProvider.System, cancellationToken);
            var report = new Report(await LookAsync(settings, network));
            if (parsed.GetValue(json))
                await output.WriteLineAsync(JsonSerializer.Serialize(report, HostWire.Default.Report));
            else
                Show(report, output);
            return report.ExitCode;
        });
        return command;
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(string[] settings, Network? network)
    {
        IConfiguration configuration;
        try
        {
            configuration = ServerHost.ReadSettings(settings);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException)
        {
            var unread = new Findings("settings");
            unread.Wrong(
                $"{e.Message} {e.InnerException?.Message}".TrimEnd(), "Correct the file first: nothing else can be checked until then.");
            return unread;
        }

        var time = TimeProvider.System;
        var (options, findings) = SettingsCheck.Read(configuration, time);
        var server = options.Server;
        var all = new List<Finding>(findings);
        all.AddRange(DirectoryCheck.Look(server));
        var database = new DatabaseCheck(server, time);
        all.AddRange(database.Look());
        if (database.ClockAhead is { } ahead)
            all.Add(Clock.Judge("The database's clock", ahead));
        if (database.KeysAreKnown)
            all.AddRange(KeysCheck.Look(server, database.TicketKeys));

        var apps = Apps(server, database.Apps);
        all.AddRange(apps is [] ? [NoApp()] : []);
        all.AddRange(await AddressCheck.LookAsync(configuration, options, apps, network));
        all.AddRange(await MailCheck.LookAsync(options.Complete, apps, network));
        if (network is not null)
            all.AddRange(await AppCheck.LookAsync(apps, network));
        return all;
    }

    // Those of the settings as they are now, and what else is in service.
    private static List<AppOptions> Apps(OpenPassageOptions options, IReadOnlyList<AppRecord> kept) =>
    [
        .. options.Apps,
        .. kept.Where(app => app.InService && app.Source != AppSource.Demo && options.Apps.All(declared => declared.Id != app.Settings.Id))
            .Select(app => app.Settings),
    ];

    private static Finding NoApp() => new(
        "app",
        Finding.Ok,
        "There is no app except the demo, which the server creates if it starts without one. Create an app with openpassage app create.",
        null);

    private static void Show(Report report, TextWriter output)
    {
        var width = report.Findings.Max(finding => finding.Check.Length);
        foreach (var finding in report.Findings)
        {
            // Pages and files have a say in these sentences, and must not steer a terminal.
            output.WriteLine($"{finding.Outcome,-7}  {finding.Check.PadRight(width)}  {Session.Clean(finding.What)}");
            if (finding.Advice is { } advice)
                output.WriteLine($"{new string(' ', 9 + width)}  → {Session.Clean(advice)}");
        }

        output.WriteLine($"{report.Errors} errors, {report.Warnings} warnings.");
    }
}
