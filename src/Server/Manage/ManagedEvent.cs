using System.Text.Json.Serialization;
using OpenPassage.Server.Events;

namespace OpenPassage.Server.Manage;

/// <summary>An event as management shows it.</summary>
/// <param name="AppId">Whose app's.</param>
/// <param name="Id">24 letters and digits.</param>
/// <param name="At">When it ended.</param>
/// <param name="Type">One of <see cref="EventKinds"/>.</param>
/// <param name="Outcome"><c>ok</c> or <c>refused</c>.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="ExternalId">The user's; null: the user has none, or is gone.</param>
/// <param name="StartedAt">When the ceremony was begun, as far as that is known.</param>
/// <param name="IpAddress">Empty when no page did it.</param>
/// <param name="UserAgent">As it was sent.</param>
/// <param name="UserAgentDisplay">Such as <c>Chrome on macOS</c>.</param>
/// <param name="Refusal">Why it failed; null: it did not.</param>
internal sealed record ManagedEvent(
    string AppId,
    string Id,
    DateTimeOffset At,
    string Type,
    string Outcome,
    string UserId,
    string? ExternalId,
    DateTimeOffset StartedAt,
    string IpAddress,
    string UserAgent,
    string UserAgentDisplay,
    EventRefusal? Refusal)
{
    /// <summary>What people are shown of whose it is; null: the user is gone.</summary>
    [JsonIgnore]
    public string? UserName { get; init; }

    /// <summary>What people are shown of what happened.</summary>
    [JsonIgnore]
    public string Label { get; init; } = Type;

    public static ManagedEvent Of(FoundEvent found) => new(
        found.App.Value,
        found.Id,
        found.At,
        found.Kind.Word,
        found.Refused ? "refused" : "ok",
        found.UserId,
        found.ExternalId,
        found.StartedAt,
        found.IpAddress,
        found.UserAgent,
        Devices.UserAgent.Display(found.UserAgent) ?? "",
        found.Rejection is { } code ? EventRefusal.Of(code, found.Kind.Action) : null)
    {
        UserName = found.UserName,
        Label = found.Refused ? found.Kind.RefusedLabel : found.Kind.Label,
    };
}
