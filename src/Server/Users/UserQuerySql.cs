using System.Text;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Users;

/// <summary>A <see cref="UserQuery"/> as SQL: our own words in the text, everything that was asked for in parameters.</summary>
internal sealed class UserQuerySql
{
    private readonly List<Parameter> parameters = [];
    private readonly Database database;

    public UserQuerySql(Database database, AppId app, UserQuery query)
    {
        this.database = database;
        if (query.Page < 1 || query.Limit is < 1 or > UserQuery.MaxLimit)
            throw new ArgumentException($"Pages count from 1 and hold 1 to {UserQuery.MaxLimit} users.", nameof(query));

        var where = new StringBuilder("u.app_id = @app");
        parameters.Add(Parameter.Text("app", app.Value));
        if (query.CreatedBefore is { } anchor)
        {
            where.Append(" AND u.created_at < @anchor");
            parameters.Add(Parameter.Time("anchor", anchor));
        }

        foreach (var filter in query.Filters)
        {
            where.Append(" AND ").Append(filter.Field == UserField.Identifier && query.IdentifierKinds is not []
                ? IdentifierCondition(filter, query.IdentifierKinds)
                : Condition(Column(filter.Field), filter));
        }

        Where = where.ToString();
        OrderBy = Order(query.OrderBy);
    }

    public string Where { get; }

    public string OrderBy { get; }

    public Parameter[] Parameters => [.. parameters];

    private static string Column(UserField field) => field switch
    {
        UserField.Id => "u.user_id",
        UserField.Identifier => "u.external_id",
        UserField.Status => "u.status",
        UserField.LoginCount => $"({UserStore.LoginCount})",
        UserField.CreatedAt => "u.created_at",
        UserField.UpdatedAt => "u.updated_at",
        UserField.LastLoginAt => $"({UserStore.LastLoginAt})",
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };

    private static string Order(IReadOnlyList<UserOrder> orders)
    {
        if (orders.Count == 0)
            orders = [new(UserField.CreatedAt, Descending: true)];
        if (orders.Any(order => order.Field == UserField.Identifier))
            throw new ArgumentException("Users cannot be ordered by identifier.", nameof(orders));

        // The id makes the order total, in the last field's direction so that one index can serve both.
        orders = [.. orders, new(UserField.Id, orders[^1].Descending)];
        return string.Join(", ", orders.Select(order => Column(order.Field) + (order.Descending ? " DESC" : " ASC")));
    }

    /// <summary>Of a user's identifiers one is like that; where the operator says no, none is.</summary>
    private string IdentifierCondition(UserFilter filter, IReadOnlyList<IdentifierKind> kinds)
    {
        var (verb, positive) = filter.Operator switch
        {
            FilterOperator.NotEqual => ("NOT IN", filter with { Operator = FilterOperator.Equal }),
            FilterOperator.NotLike => ("NOT IN", filter with { Operator = FilterOperator.Like }),
            _ => ("IN", filter),
        };
        // Each kind has its own form to compare; of a part of one there is none.
        var conditions = positive.Operator == FilterOperator.Equal
            ? kinds.Select(kind =>
            {
                var name = $"f{parameters.Count}";
                parameters.Add(Parameter.Text(name, kind.ToCompared((string)filter.Value)));
                return $"i.kind = '{kind.Word}' AND i.value = @{name}";
            })
            : [Condition("i.value", positive)];
        return $"u.user_id {verb} (SELECT i.user_id FROM identifiers i WHERE i.app_id = @app AND ({string.Join(" OR ", conditions)}))";
    }

    private string Condition(string column, UserFilter filter)
    {
        var name = $"f{parameters.Count}";
        if (filter.Operator is FilterOperator.Like or FilterOperator.NotLike)
        {
            var text = (string)filter.Value;
            var escaped = text.Replace(@"\", @"\\", StringComparison.Ordinal)
                .Replace("%", @"\%", StringComparison.Ordinal)
                .Replace("_", @"\_", StringComparison.Ordinal);
            parameters.Add(Parameter.Text(name, $"%{escaped}%"));
            return $@"LOWER({column}) {(filter.Operator == FilterOperator.Like ? "LIKE" : "NOT LIKE")} LOWER(@{name}) ESCAPE '\'";
        }

        var parameter = $"@{name}";
        if (filter is { Value: string, Operator: FilterOperator.Greater or FilterOperator.Less })
            (column, parameter) = (database.InByteOrder(column), database.InByteOrder(parameter));
        parameters.Add(filter.Value is string word ? Parameter.Text(name, word) : Parameter.Number(name, (long)filter.Value));
        var sign = filter.Operator switch
        {
            FilterOperator.Equal => "=",
            FilterOperator.NotEqual => "<>",
            FilterOperator.Greater => ">",
            FilterOperator.Less => "<",
            _ => throw new ArgumentOutOfRangeException(nameof(filter)),
        };
        return $"{column} {sign} {parameter}";
    }
}
