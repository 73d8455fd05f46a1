using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Management;

/// <summary>An app's messages of the last week, newest first: what has become of each, and never what it said.</summary>
internal static class ListMessages
{
    private const string State = "state";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/messages", Handle)
        .Needs(ApiKeyScopes.Admin)
        .WithMetadata(new QueryParametersMetadata(
        [
            new(State, "string", $"One of {string.Join(", ", MessageStates.All.Select(word => $"`{word}`"))}."),
            .. Paging.Parameters.Parameters,
        ]))
        .Describe(
            nameof(ListMessages), "The app's messages of the last week, newest first, without what they say and to whom.",
            Refusal.InvalidRequest);

    private static async Task<Outcome<MessagesFound>> Handle(
        AppCall call, HttpRequest request, OutboxRows outbox, CancellationToken cancellationToken)
    {
        var filters = new QueryReader(request.Query);
        var state = ReadState(filters);
        if (filters.Problem is { } wrong || !Paging.TryRead(request.Query, out var paging, out wrong))
            return Refusal.InvalidRequest.Because(wrong);
        return await outbox.PageAsync(call.AppId, state, paging.Mark, paging.Limit, cancellationToken);
    }

    /// <summary>The state that is asked for; null: any.</summary>
    public static string? ReadState(QueryReader filters) => filters.Word(State, [.. MessageStates.All.Select(word => (word, word))]);

    /// <summary>A page of messages.</summary>
    public static async ValueTask<MessagesFound> PageAsync(
        this OutboxRows outbox, Values.AppId app, string? state, PageMark? after, int limit, CancellationToken cancellationToken)
    {
        var found = await outbox.ListAsync(app, state, after, limit + 1, cancellationToken);
        var page = found.Take(limit).ToList();
        return new(
            [.. page.Select(ManagedMessage.Of)],
            found.Count > page.Count ? new PageMark(page[^1].CreatedAt, page[^1].Id).ToString() : null);
    }
}

/// <summary>A page of messages.</summary>
/// <param name="Messages">Newest first.</param>
/// <param name="Next">The cursor of the page behind; null: this is the last.</param>
internal sealed record MessagesFound(IReadOnlyList<ManagedMessage> Messages, string? Next) : IAnswer<MessagesFound>
{
    public static JsonTypeInfo<MessagesFound> Json => ManagementWire.Default.MessagesFound;
}

/// <summary>A message as those who manage an app are shown it: never its code, link or words, nor to whom it goes.</summary>
/// <param name="Id">24 letters and digits.</param>
/// <param name="Kind">What it is for, such as <c>sign_in_code</c>.</param>
/// <param name="Channel"><c>email</c> or <c>phone</c>.</param>
/// <param name="Language">Such as <c>en</c>; null: not known.</param>
/// <param name="Receiver">The domain of its address or the country of its number; empty: of none. No more is kept.</param>
/// <param name="State"><c>waiting</c>, <c>sent</c>, <c>refused</c> or <c>given_up</c>.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="NextTryAt">When it is tried next at the latest; null: it is tried no more.</param>
/// <param name="EndedAt">When it was sent, refused or given up; null: it waits.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">Why it has not been sent; null: there is no reason.</param>
internal sealed record ManagedMessage(
    string Id,
    string Kind,
    string Channel,
    string? Language,
    string Receiver,
    string State,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextTryAt,
    DateTimeOffset? EndedAt,
    long Attempts,
    string? Error)
{
    public static ManagedMessage Of(OutboxRow row) => new(
        row.Id, row.Kind, row.Channel, row.Language is "" ? null : row.Language, row.Lane, row.State, row.CreatedAt, row.DueAt, row.EndedAt,
        // The row counts those after which it had to wait.
        row.State is MessageStates.Sent or MessageStates.Refused ? row.Attempts + 1 : row.Attempts,
        row.Error is "" ? null : row.Error);

    /// <summary>The kind as people call it; a newer version's as it is.</summary>
    public string KindLabel() => MessageKinds.Parse(Kind)?.ToLabel() ?? Kind;

    /// <summary>Whether it is a text message.</summary>
    public bool IsSms() => Channel == IdentifierKind.Phone;
}
