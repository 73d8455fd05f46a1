using System.Globalization;
using System.Reflection;

namespace OpenPassage.Server.Sql;

/// <summary>
/// The tables of a room: numbered files of its assembly, forward only, embedded as <c>schema/ROOM/0001_what</c>. A file that is for one
/// engine alone has the engine's name in its own (<c>0004_what.postgres</c>), and comes after the one of the same number.
/// </summary>
internal sealed class RoomSchema
{
    private readonly Assembly assembly;

    /// <param name="room">The room's name. It stands in databases: it stays.</param>
    /// <param name="assembly">What holds the files.</param>
    /// <param name="formerly">
    /// The numbers that the first steps had when all rooms had one sequence; a room that came later has none.
    /// </param>
    public RoomSchema(string room, Assembly assembly, params IReadOnlyList<int> formerly)
    {
        this.assembly = assembly;
        Room = room;
        Formerly = formerly;
        var prefix = $"schema/{room}/";
        Steps = [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .GroupBy(name => name[prefix.Length..(prefix.Length + 4)], StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new SchemaStep(
                int.Parse(group.Key, NumberStyles.None, CultureInfo.InvariantCulture), [.. group.OrderBy(name => name.Length)]))];
        if (Steps.Where((step, i) => step.Number != i + 1).Any())
            throw new InvalidOperationException($"The schema of {room} is not numbered 1, 2, 3 without a hole.");
    }

    public string Room { get; }

    /// <summary>From 1, without a hole, each with its files.</summary>
    public IReadOnlyList<SchemaStep> Steps { get; }

    public IReadOnlyList<int> Formerly { get; }

    /// <summary>The newest step.</summary>
    public int Newest => Steps.Count;

    /// <summary>What a step runs on an engine.</summary>
    public IEnumerable<string> Texts(IReadOnlyList<string> files, string engine)
        => files.Where(file => file.Split('.') is [_] || file.EndsWith($".{engine}", StringComparison.Ordinal)).Select(Text);

    private string Text(string file)
    {
        using var stream = assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>One of them: its number, and its files.</summary>
internal sealed record SchemaStep(int Number, IReadOnlyList<string> Files);
