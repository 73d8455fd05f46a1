using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Management;

/// <summary>Sends a message that says that it is a test, as every other is sent: by the outbox.</summary>
internal static class SendTestMessage
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("manage/apps/{app_id}/messages/test", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(
            nameof(SendTestMessage), "Sends a test to an email address or a phone number; the list of messages says what becomes of it.",
            CompleteRefusals.TooManyTests, CompleteRefusals.TooManyMessages);

    private static async Task<Outcome<TestMessageSent>> Handle(
        AppCall call, RequestBody<SendTestMessageRequest> body, TestMessages tests, CancellationToken cancellationToken)
        => new TestMessageSent(ManagedMessage.Of(await tests.SendAsync(call.App, body.Value.To, call.Actor, cancellationToken)));
}

/// <summary>
/// Tests that those who manage an app send, each with its line in the audit. They have a limit of their own within the app's, so that
/// nobody floods a stranger with them.
/// </summary>
internal sealed class TestMessages(
    Database database, Outbox outbox, OutboxRows rows, MessageBudgets budgets, AuditStore audit, TimeProvider time)
{
    /// <summary>How many an app sends in an hour, whoever asks for them.</summary>
    public const int MostPerHour = 20;

    private const string WrongReceiver = "Name one email address, such as ada@example.com, or one phone number with its country, such as "
        + "+14155550123.";

    private const string OfLastHour = "FROM outbox WHERE app_id = @app AND kind = @test AND created_at > @since";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Writes one for the outbox, in the app's language.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="to">An email address or a phone number, as somebody typed it.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    /// <exception cref="RefusedException">Nothing goes there, or there were enough.</exception>
    public async ValueTask<OutboxRow> SendAsync(App app, string? to, Actor actor, CancellationToken cancellationToken)
    {
        if (to is null || !Identifiers.TryParse(to, out var receiver))
            throw new RefusedException(Refusal.InvalidRequest.Because(WrongReceiver));
        if (outbox.WhyNot(receiver) is { } reason)
            throw new RefusedException(Refusal.InvalidRequest.Because(reason));
        var now = time.GetUtcNow();
        Parameter[] limit = [Text("test", MessageKind.Test.ToWord()), Time("since", now - Hour), Number("most", MostPerHour)];
        await RefuseTooManyAsync(app.Id, limit, now, cancellationToken);
        if (!await budgets.AllowsAsync(app, receiver.Kind, cancellationToken))
            throw new RefusedException(CompleteRefusals.TooManyMessages with { RetryAfter = TimeSpan.FromMinutes(1) });

        var message = new Message(MessageKind.Test, receiver, app.Settings.Complete.DefaultLanguage) { Id = Ids.Next(), AskedAt = now };
        const string IsRoom = $"(SELECT COUNT(*) {OfLastHour}) < @most";
        var writing = await outbox.WritingAsync(app, message, IsRoom, limit, cancellationToken);
        var touched = await database.WriteAsync(
            [audit.Line(app.Id, actor, nameof(SendTestMessage), message.Id, before: null, ToJson(receiver), IsRoom, limit), writing],
            cancellationToken);
        if (touched.By(writing) == 0)
            throw new RefusedException(CompleteRefusals.TooManyTests with { RetryAfter = Hour });
        outbox.Hurry();
        return await rows.FindAsync(app.Id, message.Id, cancellationToken) ?? throw new RefusedException(Refusal.AppNotFound);
    }

    private async ValueTask RefuseTooManyAsync(AppId app, Parameter[] limit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var young = await database.ListAsync(
            new($"SELECT created_at {OfLastHour} ORDER BY created_at DESC LIMIT @most", [Text("app", app.Value), .. limit]),
            row => Micros.ToTime(row.GetInt64(0)),
            cancellationToken);
        if (young.Count == MostPerHour)
            throw new RefusedException(CompleteRefusals.TooManyTests with { RetryAfter = young[^1] + Hour - now });
    }

    // The audit is kept for good, and a receiver only until the message has gone.
    private static string ToJson(AccountIdentifier receiver)
        => JsonSerializer.Serialize(new AuditedTest(receiver.Kind.Word), ManagementWire.Default.AuditedTest);
}

/// <summary>A test as the audit keeps it.</summary>
internal sealed record AuditedTest(string Channel);

internal sealed record SendTestMessageRequest : IRequest<SendTestMessageRequest>
{
    public static JsonTypeInfo<SendTestMessageRequest> Json => ManagementWire.Default.SendTestMessageRequest;

    /// <summary>One email address, or one phone number with its country, such as <c>+14155550123</c>.</summary>
    public string? To { get; init; }

    public string? Complaint() => null;
}

/// <param name="Message">As it is a moment after it was written.</param>
internal sealed record TestMessageSent(ManagedMessage Message) : IAnswer<TestMessageSent>
{
    public static JsonTypeInfo<TestMessageSent> Json => ManagementWire.Default.TestMessageSent;
}
