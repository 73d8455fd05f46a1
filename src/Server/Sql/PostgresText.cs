using System.Collections.Concurrent;
using System.Text;

namespace OpenPassage.Server.Sql;

/// <summary>
/// A text with <c>@name</c> parameters as the protocol wants it: <c>$1</c>, <c>$2</c>. Done once for a text that is kept, since
/// Npgsql would take a text with names apart at every use.
/// </summary>
internal sealed class PostgresText
{
    private static readonly ConcurrentDictionary<string, PostgresText> Kept = new(StringComparer.Ordinal);

    private PostgresText(string sql)
    {
        var text = new StringBuilder(sql.Length);
        var names = new List<string>();
        for (var at = 0; at < sql.Length;)
        {
            if (sql[at] != '@')
            {
                text.Append(sql[at++]);
                continue;
            }

            var end = at + 1;
            while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '_'))
                end++;
            var name = sql[(at + 1)..end];
            if (!names.Contains(name))
                names.Add(name);
            text.Append('$').Append(names.IndexOf(name) + 1);
            at = end;
        }

        Sql = text.ToString();
        Names = [.. names];
        Answers = sql.StartsWith("SELECT", StringComparison.Ordinal) || sql.Contains("RETURNING", StringComparison.Ordinal);
    }

    public string Sql { get; }

    /// <summary>The names of its parameters, in the order of their numbers.</summary>
    public string[] Names { get; }

    /// <summary>Whether it returns rows.</summary>
    public bool Answers { get; }

    public static PostgresText Of(in Statement statement) => statement.OneOff ? new(statement.Sql) : Of(statement.Sql);

    public static PostgresText Of(string sql) => Kept.GetOrAdd(sql, static text => new(text));
}
