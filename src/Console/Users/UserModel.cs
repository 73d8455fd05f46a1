using System.Text.Json;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Management;
using OpenPassage.Server.Events;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Users;
using SessionStore = OpenPassage.Server.Complete.Sessions.SessionStore;

namespace OpenPassage.OperatorConsole.Users;

/// <summary>What a user's page shows.</summary>
internal sealed record UserModel(
    AppRecord App, User User, IReadOnlyList<ManagedDevice> Devices, IReadOnlyList<ManagedEvent> Events, string? Complaint)
{
    /// <summary>What the user goes by beside the external id, the oldest first.</summary>
    public IReadOnlyList<Identifier> Identifiers { get; init; } = [];

    /// <summary>Where a user of Complete is signed in, the latest first.</summary>
    public IReadOnlyList<UserSession> Sessions { get; init; } = [];

    /// <summary>What is known of the user besides: the app's fields as people call them, then others.</summary>
    public IReadOnlyList<(string Label, string Value)> Metadata()
    {
        if (User.Metadata is null)
            return [];
        var known = JsonElement.Parse(User.Metadata).EnumerateObject()
            .ToDictionary(member => member.Name, member => member.Value.ToString());
        var fields = App.Settings.Complete.UserMetadata;
        return
        [
            .. fields.Where(one => known.ContainsKey(one.Name)).Select(one => (one.FriendlyName ?? one.Name, known[one.Name])),
            .. known.Where(one => fields.All(field => field.Name != one.Key)).Select(one => (one.Key, one.Value)),
        ];
    }
}

/// <summary>Reads it.</summary>
/// <param name="apps">The user's app among them.</param>
/// <param name="users">The user among them.</param>
/// <param name="identifiers">What the user goes by.</param>
/// <param name="events">What happened lately.</param>
/// <param name="sessions">Those of Complete; null: this server is without it.</param>
internal sealed class UserModels(
    ManagedApps apps, ManagedUsers users, IdentifierStore identifiers, EventSearch events, SessionStore? sessions = null)
{
    private const int Events = 20;

    public async ValueTask<UserModel> ReadAsync(string app_id, string user_id, CancellationToken cancellationToken)
    {
        var app = await apps.GetAsync(new(app_id), cancellationToken);
        var user = await users.GetAsync(new(app_id), user_id, cancellationToken);
        var devices = await users.ListDevicesAsync(new(app_id), user_id, cancellationToken);
        var recent = await events.ListAsync(new(app_id), new EventQuery { UserId = user_id }, after: null, Events, cancellationToken);
        return new(app, user, devices, [.. recent.Select(ManagedEvent.Of)], Complaint: null)
        {
            Identifiers = await identifiers.ListAsync(new(app_id), user_id, cancellationToken),
            Sessions = app.IsComplete() && sessions is not null
                ? [.. (await sessions.ListAsync(new(app_id), user_id, cancellationToken)).Select(UserSession.Of)]
                : [],
        };
    }
}
