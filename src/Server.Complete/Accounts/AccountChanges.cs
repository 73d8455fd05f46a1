using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>What is to become of an account.</summary>
/// <param name="Set">What its user goes by from now on, unproven; none that the account has already.</param>
/// <param name="Removed">What its user goes by no longer.</param>
/// <param name="Metadata">All of it: a JSON object, or null.</param>
internal sealed record AccountChange(IReadOnlyList<AccountIdentifier> Set, IReadOnlyList<Identifier> Removed, string? Metadata);

/// <summary>Changes accounts as a whole: identifiers and metadata in one transaction, or nothing.</summary>
internal sealed class AccountChanges(Database database, TimeProvider time)
{
    /// <summary>
    /// Changes an account that is still as it was read. A pending one is its app's from then on: what a backend has said of somebody, no
    /// stranger goes on with.
    /// </summary>
    /// <param name="known">As it was read.</param>
    /// <param name="change">What is to be.</param>
    /// <param name="line">The audit's, on a condition in SQL with its parameters besides <c>@app</c>.</param>
    /// <param name="then">
    /// Makes more SQL for the same transaction over <c>@app</c>, <c>@user</c> and <c>@now</c>, on a condition in SQL.
    /// </param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    /// <returns>False: somebody has changed the account meanwhile, or a new identifier is another user's; nothing is changed.</returns>
    public async ValueTask<bool> TryAsync(
        Account known, AccountChange change, Func<string, Parameter[], Statement> line, Func<string, string> then,
        CancellationToken cancellationToken)
    {
        var set = change.Set.Select((_, place) => Is($"set{place}")).ToArray();
        var old = known.Identifiers.Select((name, place) => (Name: name, Is: Is($"old{place}"))).ToArray();
        Parameter[] parameters =
        [
            Text("app", known.User.App.Value), Text("user", known.User.Id), Text("known", known.User.Metadata ?? ""),
            Text("metadata", change.Metadata), Time("now", time.GetUtcNow()),
            .. change.Set.SelectMany((name, place) => (Parameter[])
                [Text($"set{place}_kind", name.Kind.Word), Text($"set{place}_value", name.Value), Text($"set{place}_given", name.Given)]),
            .. known.Identifiers.SelectMany((name, place) => (Parameter[])
                [Text($"old{place}_kind", name.Kind), Text($"old{place}_value", name.Value)]),
        ];
        const string Owned = "app_id = @app AND user_id = @user";
        // The account has what is new, and nobody has touched the rest.
        string[] conditions =
        [
            $"EXISTS (SELECT 1 FROM users WHERE {Owned} AND COALESCE(metadata, '') = @known)",
            .. set.Select(Has),
            .. old.Select(one => Has(one.Is)),
        ];
        var holds = string.Join(" AND ", conditions);
        var decision = line(holds, [.. parameters.Where(parameter => parameter.Name != "app")]);
        parameters = [.. parameters, decision.Parameters.Single(parameter => parameter.Name == "audit_id")];
        // The line tells the statements behind it that the change is made.
        const string Decided = "EXISTS (SELECT 1 FROM audit a WHERE a.app_id = @app AND a.audit_id = @audit_id)";
        var gone = old.Where(one => change.Removed.Contains(one.Name)).Select(one => one.Is).ToArray();
        Statement update = new(
            $"""
            UPDATE users SET metadata = @metadata, updated_at = @now, signed_up = CASE WHEN status = 'pending' THEN 0 ELSE signed_up END
            WHERE {Owned} AND {Decided}
            """,
            parameters);
        var touched = await database.WriteAsync(
            [
                // Of two who change one account, one waits for the other.
                IdentifierStore.Hold(parameters),
                .. change.Set.Select((_, place) => new Statement(
                    $"""
                    INSERT INTO identifiers (app_id, kind, value, given, user_id, verified_at, created_at)
                    SELECT @app, @set{place}_kind, @set{place}_value, @set{place}_given, @user, 0, @now
                    FROM users u WHERE u.app_id = @app AND u.user_id = @user
                    ON CONFLICT (app_id, kind, value) DO NOTHING
                    """,
                    parameters)),
                decision,
                .. set is []
                    ? Array.Empty<Statement>()
                    : [new($"DELETE FROM identifiers WHERE {Owned} AND created_at = @now AND ({Any(set)}) AND NOT {Decided}", parameters)],
                .. gone is []
                    ? Array.Empty<Statement>()
                    : [new($"DELETE FROM identifiers WHERE {Owned} AND ({Any(gone)}) AND {Decided}", parameters)],
                new(then(Decided), parameters),
                update,
            ],
            cancellationToken);
        return touched.By(update) == 1;

        static string Is(string name) => $"(kind = @{name}_kind AND value = @{name}_value)";
        static string Has(string identifier) => $"EXISTS (SELECT 1 FROM identifiers WHERE {Owned} AND {identifier})";
        static string Any(IEnumerable<string> conditions) => string.Join(" OR ", conditions);
    }
}
