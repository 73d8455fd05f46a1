using System.Threading.Channels;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>
/// Messages on their way. Each is a row, written in the transaction of what it tells of, so that there is never the one without the
/// other; a moment later one node sends it (<c>Sending</c>).
/// </summary>
internal sealed class Outbox(
    TicketKeys keys, ReachableNumbers numbers, IOptions<OpenPassageCompleteOptions> options, TimeProvider time)
{
    /// <summary>A message that could not be sent by then is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private readonly Channel<bool> hurries = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Told whenever messages have been written on this node.</summary>
    public ChannelReader<bool> Hurries => hurries.Reader;

    /// <summary>
    /// The statement that writes a message, for the transaction that makes the code or link. It touches no row where the condition does
    /// not hold, or where there is a message of this id.
    /// </summary>
    /// <param name="app">Whose.</param>
    /// <param name="message">What it says.</param>
    /// <param name="when">SQL over <c>@app</c> and <paramref name="parameters"/>: whether it is written.</param>
    /// <param name="parameters">Those of the condition; none begins with <c>message_</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public ValueTask<Statement> WritingAsync(
        App app, Message message, string when, Parameter[] parameters, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (id, now) = (message.Id ?? Ids.Next(), time.GetUtcNow());
        var until = now + Patience;
        if (message.ValidFor > TimeSpan.Zero && message.AskedAt + message.ValidFor < until)
            until = message.AskedAt + message.ValidFor;
        return ValueTask.FromResult(new Statement(
            $"""
            INSERT INTO outbox (app_id, message_id, user_id, kind, channel, lane, language, sealed, created_at, due_at, until_at,
                                attempts, claim, state, ended_at, error)
            SELECT @app, @message_id, @message_user, @message_kind, @message_channel, @message_lane, @message_language, @message_sealed,
                   @message_now, @message_now, @message_until, 0, '', 'waiting', 0, ''
            WHERE {when}
            ON CONFLICT (app_id, message_id) DO NOTHING
            """,
            [
                .. parameters.Where(parameter => parameter.Name != "app"),
                Text("app", app.Id.Value),
                Text("message_id", id),
                Text("message_user", message.UserId ?? ""),
                Text("message_kind", message.Kind.ToWord()),
                Text("message_channel", message.To.Kind.Word),
                Text("message_lane", LaneOf(message.To)),
                Text("message_language", message.Language),
                Bytes("message_sealed", SealedMessage.Seal(keys, app.Id, id, message)),
                Time("message_now", now),
                Time("message_until", until),
            ]));
    }

    /// <summary>
    /// SQL over <c>@app</c> and the parameters of a statement of <see cref="WritingAsync"/>: whether that statement wrote its message, and
    /// nobody else one of this id.
    /// </summary>
    /// <param name="name">What the parameters' names begin with: another where there are two (<see cref="As"/>).</param>
    public static string IsWritten(string name = "message")
        => $"EXISTS (SELECT 1 FROM outbox o WHERE o.app_id = @app AND o.message_id = @{name}_id AND o.sealed = @{name}_sealed)";

    /// <summary>SQL that takes back what such a statement wrote, on a condition.</summary>
    public static string TakingBack(string name, string when)
        => $"DELETE FROM outbox WHERE app_id = @app AND message_id = @{name}_id AND sealed = @{name}_sealed AND {when}";

    /// <summary>Of such a statement, what <see cref="IsWritten"/> and <see cref="TakingBack"/> ask, under another name.</summary>
    public static Parameter[] As(string name, Statement writing) =>
    [
        writing.Parameters.Single(one => one.Name == "message_id") with { Name = $"{name}_id" },
        writing.Parameters.Single(one => one.Name == "message_sealed") with { Name = $"{name}_sealed" },
    ];

    /// <summary>After the commit: a sender of this node begins at once. Those of other nodes would find the row a second later.</summary>
    public void Hurry() => hurries.Writer.TryWrite(true);

    /// <summary>Whether mail is kept as files, since there is no server for it.</summary>
    public bool KeepsMail => options.Value.Mail.Smtp.Host.Length == 0;

    /// <summary>Whether messages can go out at all: mail can, since it is kept where there is no server for it.</summary>
    public bool Reaches(IdentifierKind kind) => kind.Word == IdentifierKind.Email || options.Value.Sms.IsOn;

    /// <summary>Why no message goes to this address or number: a sentence for who gave it; null: one does.</summary>
    public string? WhyNot(AccountIdentifier to)
        => Reaches(to.Kind) ? numbers.WhyNot(to) : "This server sends no text messages. Use an email address.";

    /// <summary>Whose server a message goes to. One that is slow does not hold up the others.</summary>
    private static string LaneOf(AccountIdentifier to)
        => to.Kind.Word == IdentifierKind.Email ? to.Value[(to.Value.LastIndexOf('@') + 1)..] : ReachableNumbers.CountryOf(to);
}
