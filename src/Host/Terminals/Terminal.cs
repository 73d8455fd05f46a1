using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenPassage.Host.Serving;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Host.Terminals;

/// <summary>Exit codes, for scripts.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Wrong = 1;
    public const int Warnings = 2;
    public const int NotFound = 3;
    public const int Refused = 4;
    public const int DatabaseAway = 5;

    public const string Help = "Exit codes: 0 done, 1 wrong arguments or settings, 2 doctor has warnings only, 3 not found, 4 refused, "
        + "5 the database is unavailable.";
}

/// <summary>
/// Runs commands on the machine, against the database that the server's settings name, with no key: who can read the database
/// may. A server that runs beside it notices within seconds.
/// </summary>
/// <param name="settings">As on the command line.</param>
/// <param name="json">Whether to answer in JSON.</param>
internal sealed class Terminal(string[] settings, Option<bool> json)
{
    /// <summary>A command that works on the database.</summary>
    /// <param name="command">Gets its action.</param>
    /// <param name="act">What it does.</param>
    /// <param name="mayMake">Whether it may make the database: else a directory that was misspelled would be filled.</param>
    public Command Does(Command command, Func<Session, Task> act, bool mayMake = false)
    {
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, act, mayMake, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Func<Session, Task> act, bool mayMake, CancellationToken cancellationToken)
    {
        var console = parsed.InvocationConfiguration;
        try
        {
            // Built for its settings and stores; it is not started.
            await using var app = ServerHost.Create(settings);
            var options = app.Services.GetRequiredService<IOptions<OpenPassageOptions>>().Value;
            if (!mayMake && !PostgresDatabase.IsNamedBy(options.Database))
                SqliteBackup.FileOf(options);
            var session = new Session(app.Services, parsed, console.Output, console.Error, parsed.GetValue(json), cancellationToken);
            await act(session);
            return session.ExitCode;
        }
        catch (RefusedException refused)
        {
            await console.Error.WriteLineAsync(refused.Refusal.Sentence);
            return refused.Refusal.Status == StatusCodes.Status404NotFound ? ExitCode.NotFound : ExitCode.Refused;
        }
        catch (Exception away) when (away is DatabaseUnavailableException or NpgsqlException)
        {
            await console.Error.WriteLineAsync(away.Message);
            return ExitCode.DatabaseAway;
        }
        catch (Exception wrong) when (wrong is OptionsValidationException or IOException or InvalidDataException
            or UnauthorizedAccessException or SqliteException or FormatException or CryptographicException)
        {
            await console.Error.WriteLineAsync(wrong.Message);
            return ExitCode.Wrong;
        }
    }
}

/// <summary>One command under way.</summary>
internal sealed class Session(
    IServiceProvider services, ParseResult parsed, TextWriter output, TextWriter error, bool json, CancellationToken cancellationToken)
{
    public int ExitCode { get; set; }

    public ParseResult Parsed => parsed;

    public CancellationToken CancellationToken => cancellationToken;

    public TextWriter Output => output;

    public bool Json => json;

    /// <summary>As the audit names who runs it.</summary>
    public Actor Actor { get; } = Actor.Command(Environment.UserName);

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public T Value<T>(Option<T> option) => parsed.GetValue(option)!;

    public T Value<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>The app that an option names.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    public Task<AppId> AppAsync(Option<string> option) => AppAsync(Value(option));

    /// <summary>The app of this id.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    public async Task<AppId> AppAsync(string id)
    {
        var app = new AppId(id);
        await Get<ManagedApps>().GetAsync(app, cancellationToken);
        return app;
    }

    /// <summary>The app that an option names, with its settings.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    public async Task<AppRecord> RecordAsync(Option<string> option)
        => await Get<ManagedApps>().GetAsync(new(Value(option)), cancellationToken);

    /// <summary>The app of Complete that an option names.</summary>
    /// <exception cref="RefusedException">There is none in service, or it is one of Flex.</exception>
    public async Task<App> CompleteAppAsync(Option<string> option)
    {
        var id = await AppAsync(option);
        // Whoever serves nobody has read none yet.
        await Get<AppDirectory>().ReadAsync(Get<AppStore>(), cancellationToken);
        var app = Get<AppDirectory>().Find(id.Value) ?? throw new RefusedException(Refusal.AppNotFound);
        return app.Type == AppType.Complete
            ? app
            : throw new RefusedException(Refusal.OtherProduct.Because(
                $"The type of the app {id.Value} is flex, and this command is for apps of the type complete."));
    }

    /// <summary>JSON, or lines for people.</summary>
    public void Show<T>(T value, JsonTypeInfo<T> type, Action<T> people)
    {
        if (json)
            output.WriteLine(JsonSerializer.Serialize(value, type));
        else
            people(value);
    }

    public void Line(string text) => output.WriteLine(text);

    /// <summary>Columns as wide as their widest cell.</summary>
    public void Table(string[] heads, IEnumerable<string?[]> rows)
    {
        // What a stranger chose must not steer a terminal.
        List<string[]> lines = [heads, .. rows.Select(row => row.Select(cell => Clean(cell ?? "-")).ToArray())];
        var widths = heads.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
            output.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    /// <summary>A bar on standard error while something long goes on, where a person watches.</summary>
    public IProgress<long>? Progress(string what) => json || Console.IsErrorRedirected ? null : new Bar(error, what);

    /// <summary>The same for what has an end; null where nobody watches.</summary>
    public ProgressBar? Progress() => json || Console.IsErrorRedirected ? null : new ProgressBar(error);

    public static string Clean(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));

    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'");

    private sealed class Bar(TextWriter error, string what) : IProgress<long>
    {
        private const int Width = 24;
        private int turn;

        public void Report(long value)
        {
            var at = turn++ % Width;
            error.Write($"\r[{new string('.', at)}#{new string('.', Width - 1 - at)}] {value} {what} ");
        }
    }
}
