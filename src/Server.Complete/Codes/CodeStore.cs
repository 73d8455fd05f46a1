using System.Security.Cryptography;
using System.Text;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Codes;

/// <summary>How often somebody has guessed. A code has a row from its first guess on; asking for one costs none.</summary>
internal sealed class CodeStore(Database database, AppSecrets secrets, EventWriting events, TimeProvider time)
{
    /// <summary>SQL: how many guesses at a code <c>o</c> were wrong.</summary>
    private const string FailuresOfOne = "(@tries - o.tries_left - CASE WHEN o.spent_by = '' THEN 0 ELSE 1 END)";

    private const string Failures = $"CAST(COALESCE(SUM({FailuresOfOne}), 0) AS BIGINT)";

    private const string FailuresOfReceiver = $"""
        (SELECT {Failures} FROM codes o WHERE o.app_id = @app AND o.receiver = @receiver AND o.created_at > @since)
        """;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>No limit asks for older ones, and a code is good for a day at the longest.</summary>
    public static readonly KeptRows Kept = new(new("codes", "code_id"), "created_at", TimeSpan.FromDays(2));

    /// <summary>SQL for the transaction that signs in: spends the code on a condition. <c>@attempt</c> did it.</summary>
    public static string Spend(string when)
        => $"UPDATE codes SET spent_by = @attempt WHERE app_id = @app AND code_id = @code AND spent_by = '' AND {when}";

    /// <summary>SQL: whether this attempt has.</summary>
    public const string SpentNow =
        "EXISTS (SELECT 1 FROM codes c WHERE c.app_id = @app AND c.code_id = @code AND c.spent_by = @attempt)";

    public static Parameter WithId(TicketId code) => Text("code", Convert.ToHexStringLower(code.ToArray()));

    /// <summary>
    /// Takes one of a code's tries, before anything is compared: of any number who guess at once, so many have one as there are left.
    /// </summary>
    /// <returns>Null: it was taken; else what the code is at.</returns>
    public async ValueTask<CodeState?> TakeTryAsync(AppId app, Code code, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        Parameter[] parameters =
        [
            Text("app", app.Value), WithId(code.Id), await ReceiverAsync(app, code.To, cancellationToken),
            Number("tries", CodeDecision.Tries), Number("most", CodeDecision.MostFailuresPerDay), Time("since", now - Day),
            Time("now", now),
        ];
        Statement take = new(
            $"""
            UPDATE codes SET tries_left = tries_left - 1
            WHERE app_id = @app AND code_id = @code AND tries_left > 0 AND spent_by = '' AND {FailuresOfReceiver} < @most
            """,
            parameters);
        var touched = await database.WriteAsync(
            [
                new(
                    """
                    INSERT INTO codes (app_id, code_id, receiver, tries_left, spent_by, created_at)
                    VALUES (@app, @code, @receiver, @tries, '', @now)
                    ON CONFLICT (app_id, code_id) DO NOTHING
                    """,
                    parameters),
                take,
            ],
            cancellationToken);
        if (touched.By(take) == 1)
            return null;
        return await database.FindAsync(
            new("SELECT tries_left, spent_by FROM codes WHERE app_id = @app AND code_id = @code", parameters),
            row => new CodeState((int)row.GetInt64(0), row.GetString(1).Length > 0),
            cancellationToken) ?? new CodeState(0, IsSpent: false);
    }

    /// <summary>How many wrong guesses an address or number has had within a day, and since when.</summary>
    public async ValueTask<(long Number, DateTimeOffset Since)> FailuresAsync(
        AppId app, AccountIdentifier to, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = await database.ListAsync(
            new(
                $"""
                SELECT {Failures}, COALESCE(MIN(CASE WHEN {FailuresOfOne} > 0 THEN o.created_at END), @now)
                FROM codes o WHERE o.app_id = @app AND o.receiver = @receiver AND o.created_at > @since
                """,
                Text("app", app.Value),
                await ReceiverAsync(app, to, cancellationToken),
                Number("tries", CodeDecision.Tries),
                Time("since", now - Day),
                Time("now", now)),
            row => (row.GetInt64(0), Micros.ToTime(row.GetInt64(1))),
            cancellationToken);
        return found.Single();
    }

    /// <summary>How many wrong guesses an app has had since then.</summary>
    public ValueTask<long> FailuresAsync(AppId app, DateTimeOffset since, CancellationToken cancellationToken)
        => database.NumberAsync(
            new(
                $"SELECT {Failures} FROM codes o WHERE o.app_id = @app AND o.created_at > @since",
                Text("app", app.Value),
                Number("tries", CodeDecision.Tries),
                Time("since", since)),
            cancellationToken);

    /// <summary>Tells of what may be somebody who guesses.</summary>
    /// <param name="app">Whose codes.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="userId">Whose codes in it; empty: very many's.</param>
    /// <param name="caller">Who guessed last.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    public async ValueTask TellAsync(AppId app, EventKind kind, string userId, Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.WriteAsync(
            events.One(
                kind,
                [
                    Text("app", app.Value), Text("attempt", Ids.Next()), Text("user", userId),
                    .. EventWriting.From(caller.IpAddress, caller.UserAgent, now), Time("now", now),
                ]),
            cancellationToken);
    }

    // Who reads the table does not read whom codes were for.
    private async ValueTask<Parameter> ReceiverAsync(AppId app, AccountIdentifier to, CancellationToken cancellationToken)
        => Text("receiver", DerivedId.Of(HMACSHA256.HashData(
            await secrets.GetAsync(app, AppSecrets.OfCodes, cancellationToken),
            Encoding.UTF8.GetBytes($"receiver\0{to.Kind.Word}\0{to.Value}"))));
}
