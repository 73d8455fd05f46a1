namespace OpenPassage.Server.Sql;

/// <summary>A condition that leaves a list out. An empty list is not SQL everywhere: then there is no condition.</summary>
internal static class NotIn
{
    public static (string Condition, Parameter[] Parameters) Of<T>(string column, IEnumerable<T> items, Func<string, T, Parameter> make)
    {
        Parameter[] parameters = [.. items.Select((item, i) => make($"{column}{i}", item))];
        var names = string.Join(", ", parameters.Select(parameter => "@" + parameter.Name));
        return (parameters.Length == 0 ? "" : $" AND {column} NOT IN ({names})", parameters);
    }
}
