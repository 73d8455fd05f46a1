using System.CommandLine;
using OpenPassage.Server.Sql;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage schema</c>: the one step of a start that needs the right to make and change tables.</summary>
internal static class SchemaCommand
{
    private const string About = "Make the database's tables, or bring them up to date, and do nothing else.";

    private const string Notes = """
        A start does this too. On its own it is for PostgreSQL whose tables belong to a user that the server does not run as: give this
        command the owner's connection string (OpenPassage__Database), before the first start and after every update of the program.
        """;

    public static Command Make(Terminal terminal)
        => terminal.Does(
            new NotedCommand("schema", About, Notes),
            async session =>
            {
                // Opening it is what brings it up to date.
                var steps = await session.Get<Database>().ListAsync(
                    new("SELECT room, MAX(step) FROM schema_steps GROUP BY room ORDER BY room"),
                    row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)),
                    session.CancellationToken);
                session.Show(
                    new SchemaShown(new Dictionary<string, long>(steps, StringComparer.Ordinal)),
                    HostWire.Default.SchemaShown,
                    shown => session.Line($"The schema is this program's: {Schema.Name(shown.Schema)}."));
            },
            mayMake: true);
}

/// <summary>The newest step of each room that has tables.</summary>
internal sealed record SchemaShown(IReadOnlyDictionary<string, long> Schema);
