using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Management;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;

namespace OpenPassage.OperatorConsole.Messages;

/// <summary>
/// An app's messages and what has become of each. Where there is no mail server, also what kept mail says, for an admin on the server's own
/// machine: codes and links are in it.
/// </summary>
internal static class ListMessages
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("apps/{app_id}/messages", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call, string app_id, ManagedApps apps, MessageModels models, CancellationToken cancellationToken)
        => new Page<MessagesPage>(await models.ReadAsync(call, await apps.GetCompleteAsync(app_id, cancellationToken), cancellationToken));
}

/// <summary>Reads what the page shows.</summary>
internal sealed class MessageModels(OutboxRows rows, Outbox outbox, MailFiles files, ConsoleApp console, TimeProvider time)
{
    private const int PageSize = 50;

    /// <summary>So many kept mails are shown.</summary>
    private const int MostMails = 10;

    /// <summary>Among so many of the app's newest messages they are looked for.</summary>
    private const int MostRows = 200;

    /// <summary>Made when it is asked for: on a server without Complete nobody does, and there is nothing to make it of.</summary>
    public static MessageModels Make(IServiceProvider services) => new(
        services.GetRequiredService<OutboxRows>(), services.GetRequiredService<Outbox>(), services.GetRequiredService<MailFiles>(),
        services.GetRequiredService<ConsoleApp>(), services.GetRequiredService<TimeProvider>());

    public async ValueTask<MessagesModel> ReadAsync(ConsoleCall call, AppRecord app, CancellationToken cancellationToken)
    {
        var id = new AppId(app.Settings.Id);
        var filters = new QueryReader(call.Context.Request.Query);
        var state = OpenPassage.Server.Complete.Management.ListMessages.ReadState(filters);
        PageMark.TryRead(call.Query("after"), out var mark);
        var page = await rows.PageAsync(id, state, mark, PageSize, cancellationToken);
        return new(app, page, state ?? "", time.GetUtcNow())
        {
            After = mark?.ToString() ?? "",
            Test = call.Query("test") is { Length: Ids.Length } test && await rows.FindAsync(id, test, cancellationToken) is { } sent
                ? ManagedMessage.Of(sent)
                : null,
            To = Identifiers.TryParse(call.Operator.Name, out var own) ? own.Value : "",
            SendsSms = outbox.Reaches(Identifiers.Phone),
            Kept = outbox.KeepsMail ? await ReadKeptAsync(call, id, cancellationToken) : null,
        };
    }

    // A file says of no app: its row does, and is asked for by the app whose page it is.
    private async ValueTask<KeptMails> ReadKeptAsync(ConsoleCall call, AppId app, CancellationToken cancellationToken)
    {
        if (OnThisMachine.WhyNot(call.Context, console) is { } reason)
            return new([], reason);
        if (!call.Operator.IsAdmin)
            return new([], "your role is viewer, and with a code or link one can sign in as a user");
        var ids = (await rows.ListAsync(app, MessageStates.Sent, after: null, MostRows, cancellationToken))
            .Where(row => row.Channel == IdentifierKind.Email)
            .Select(row => row.Id)
            .ToHashSet(StringComparer.Ordinal);
        return new(files.Newest(MostMails, ids.Contains), WhyNot: null);
    }
}

/// <param name="App">Whose.</param>
/// <param name="Found">The page of messages.</param>
/// <param name="State">The one that was asked for; empty: any.</param>
/// <param name="Now">The time.</param>
internal sealed record MessagesModel(AppRecord App, MessagesFound Found, string State, DateTimeOffset Now)
{
    /// <summary>The mark of the page before; empty: this is the first.</summary>
    public string After { get; init; } = "";

    /// <summary>The test that was just sent; null: none was.</summary>
    public ManagedMessage? Test { get; init; }

    /// <summary>What the form for tests holds.</summary>
    public string To { get; init; } = "";

    /// <summary>What was wrong with it.</summary>
    public string? Complaint { get; init; }

    public bool SendsSms { get; init; }

    /// <summary>Null: there is a mail server, and mail is not kept.</summary>
    public KeptMails? Kept { get; init; }

    /// <summary>Whether anything that is shown may change by itself.</summary>
    public bool IsUnderWay => Found.Messages.Append(Test).Any(message => message?.State == MessageStates.Waiting);

    /// <summary>What leads to the same page once more.</summary>
    public string AsQuery => $"state={State}&after={After}&test={Test?.Id}";
}

/// <param name="Mails">The newest ones.</param>
/// <param name="WhyNot">Why they are not shown, as the rest of a sentence; null: they are.</param>
internal sealed record KeptMails(IReadOnlyList<KeptMail> Mails, string? WhyNot);
