using System.CommandLine;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Sql;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage schema</c>: the one step of a start that needs the right to make and change tables.</summary>
internal static class SchemaCommand
{
    private const string About = "Create or update the database's tables, then exit.";

    private const string Notes = """
        The server also does this when it starts. Use this command when the PostgreSQL tables belong to another role than the one the
        server runs as: give it the owner's connection string (OpenPassage__Database), before the first start and after every update.
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
                    shown => session.Line($"The schema is up to date ({Schema.Name(shown.Schema)})."));
            },
            mayMake: true);
}

/// <summary>The newest step of each room that has tables.</summary>
internal sealed record SchemaShown(IReadOnlyDictionary<string, long> Schema);
