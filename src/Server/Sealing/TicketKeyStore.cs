using Microsoft.Extensions.Options;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Sealing;

/// <summary>
/// Where the keys that tickets are sealed with are kept, as Data Protection writes them: rows where nodes share a database, else
/// files.
/// </summary>
internal abstract class TicketKeyStore
{
    public static TicketKeyStore Of(IOptions<OpenPassageOptions> options, Database database, TimeProvider time)
        => database.IsShared ? new Rows(database, time) : new Files(new DataDirectory(options).Directory("keys"));

    /// <summary>All of them.</summary>
    public abstract Task<IReadOnlyList<string>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Keeps one more.</summary>
    public abstract Task AddAsync(string name, string xml, CancellationToken cancellationToken);

    private sealed class Rows(Database database, TimeProvider time) : TicketKeyStore
    {
        public override async Task<IReadOnlyList<string>> ReadAsync(CancellationToken cancellationToken)
            => await database.ListAsync(
                new("SELECT xml FROM ticket_keys ORDER BY created_at, name"), row => row.GetString(0), cancellationToken);

        public override async Task AddAsync(string name, string xml, CancellationToken cancellationToken)
            => await database.WriteAsync(
                [
                    new(
                        "INSERT INTO ticket_keys (name, xml, created_at) VALUES (@name, @xml, @now)",
                        Parameter.Text("name", name),
                        Parameter.Text("xml", xml),
                        Parameter.Time("now", time.GetUtcNow())),
                ],
                cancellationToken);
    }

    private sealed class Files(string directory) : TicketKeyStore
    {
        public override async Task<IReadOnlyList<string>> ReadAsync(CancellationToken cancellationToken)
        {
            var read = new List<string>();
            foreach (var file in Directory.EnumerateFiles(directory, "*.xml").Order(StringComparer.Ordinal))
                read.Add(await File.ReadAllTextAsync(file, cancellationToken));
            return read;
        }

        // Under another name until it is whole.
        public override Task AddAsync(string name, string xml, CancellationToken cancellationToken)
        {
            var file = Path.Combine(directory, $"{name}.xml");
            DataDirectory.WriteFile(file + ".new", xml);
            File.Move(file + ".new", file);
            return Task.CompletedTask;
        }
    }
}
