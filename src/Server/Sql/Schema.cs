using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Sql;

/// <summary>
/// Brings the tables of all rooms up to date, at start and in one transaction. Which steps a database has taken stands in
/// <c>schema_steps</c>. Before rooms had numbers of their own it stood in <c>schema_version</c>, which is read once and then holds one
/// number more than the programs of that time know: they refuse the database instead of working on tables they do not know.
/// </summary>
/// <param name="rooms">Those of this program, in the order in which their steps are taken. What others have left is passed over.</param>
internal sealed class Schema(IReadOnlyList<RoomSchema> rooms)
{
    /// <summary>The last number of the one sequence, and one more.</summary>
    private const int MovedOn = 12;

    private const string CreateSteps = """
        CREATE TABLE IF NOT EXISTS schema_steps (
            room TEXT NOT NULL, step BIGINT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (room, step))
        """;

    private const string CreateVersion =
        "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)";

    private const string TakeOver = """
        INSERT INTO schema_steps (room, step, applied_at)
        SELECT @room, @step, applied_at FROM schema_version WHERE version = @version
        """;

    private const string InsertVersion = "INSERT INTO schema_version (version, applied_at) VALUES (@version, @now)";
    private const string InsertStep = "INSERT INTO schema_steps (room, step, applied_at) VALUES (@room, @step, @now)";
    private const string SelectStep = "SELECT COALESCE(MAX(step), 0) FROM schema_steps WHERE room = @room";
    private const string SelectVersion = "SELECT COALESCE(MAX(version), 0) FROM schema_version";

    /// <summary>The newest step of each room that has tables.</summary>
    public IReadOnlyDictionary<string, long> Newest { get; } =
        rooms.ToDictionary(room => room.Room, room => (long)room.Newest, StringComparer.Ordinal);

    /// <summary>Such as <c>server 9, console 1</c>.</summary>
    public static string Name(IReadOnlyDictionary<string, long> steps)
        => string.Join(", ", steps.Select(room => $"{room.Key} {room.Value}"));

    /// <summary>How far a database of the one sequence has come.</summary>
    public IReadOnlyDictionary<string, long> AtVersion(long version)
        => rooms.ToDictionary(
            room => room.Room,
            room => version > MovedOn ? version : room.Formerly.Count(number => number <= version),
            StringComparer.Ordinal);

    /// <summary>Takes the steps that are missing, in the transaction that the caller has begun and commits.</summary>
    /// <param name="engine"><c>sqlite</c> or <c>postgres</c>.</param>
    /// <param name="time">Tells when a step was taken.</param>
    /// <param name="number">Runs a query for one number.</param>
    /// <param name="execute">Runs one statement, or a step's several.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The database is newer than this program.</exception>
    public void BringUpToDate(string engine, TimeProvider time, Func<Statement, long> number, Action<Statement> execute)
    {
        // Looked for before it is made: a user that may only work on the tables need not be allowed to make any.
        if (!IsThere("schema_steps", engine, number))
            execute(new(CreateSteps));
        if (number(new("SELECT COUNT(*) FROM schema_steps")) == 0)
            Begin(engine, time, number, execute);
        foreach (var room in rooms)
        {
            var current = number(new(SelectStep, Parameter.Text("room", room.Room)));
            if (current > room.Newest)
                throw Newer($"{room.Room} {current}", $"{room.Room} {room.Newest}");
            foreach (var (step, files) in room.Steps.Where(step => step.Number > current))
            {
                foreach (var text in room.Texts(files, engine))
                    execute(new(text) { OneOff = true });
                execute(new(
                    InsertStep,
                    Parameter.Text("room", room.Room),
                    Parameter.Number("step", step),
                    Parameter.Time("now", time.GetUtcNow())));
            }
        }
    }

    private void Begin(string engine, TimeProvider time, Func<Statement, long> number, Action<Statement> execute)
    {
        if (!IsThere("schema_version", engine, number))
            execute(new(CreateVersion));
        var version = number(new(SelectVersion));
        if (version >= MovedOn)
            throw Newer($"{version}", $"{MovedOn - 1}");
        foreach (var room in rooms)
        {
            foreach (var (step, former) in room.Formerly.Index())
            {
                execute(new(
                    TakeOver,
                    Parameter.Text("room", room.Room),
                    Parameter.Number("step", step + 1),
                    Parameter.Number("version", former)));
            }
        }

        execute(new(InsertVersion, Parameter.Number("version", MovedOn), Parameter.Time("now", time.GetUtcNow())));
    }

    private static bool IsThere(string table, string engine, Func<Statement, long> number)
        => number(new(engine == "sqlite"
            ? $"SELECT COUNT(*) FROM sqlite_master WHERE name = '{table}'"
            : $"SELECT CAST(CASE WHEN to_regclass('{table}') IS NULL THEN 0 ELSE 1 END AS BIGINT)")) > 0;

    private static Microsoft.Extensions.Options.OptionsValidationException Newer(string schema, string known)
        => WrongSetting.Make(
            nameof(OpenPassageOptions.Database),
            $"names a database of schema {schema}, but this program only knows schemas up to {known}: "
                + "start the newer program again, or restore the backup made before its first start.");
}
