using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Rooms;

/// <summary>
/// What a product or a large feature brings. The composition lists rooms (<c>OpenPassage.cs</c>, <c>OpenPassageConsole.cs</c>), and the
/// server, the console, the command line, the description of the API and the schema read that list.
/// </summary>
/// <param name="Name">One word.</param>
internal sealed record Room(string Name)
{
    /// <summary>Registers its services, stores and loops.</summary>
    public Action<IServiceCollection> Services { get; init; } = static _ => { };

    /// <summary>Maps its operations, each group of them behind the gate; called by <c>MapOpenPassage()</c>.</summary>
    public Action<IEndpointRouteBuilder> Routes { get; init; } = static _ => { };

    /// <summary>Its tables; null: it has none of its own.</summary>
    public RoomSchema? Schema { get; init; }

    /// <summary>Its tables with rows of an app's, in the order in which they are emptied when an app or a user goes.</summary>
    public IReadOnlyList<OwnedTable> Owned { get; init; } = [];

    /// <summary>SQL over <c>@app</c>, <c>@user</c> and <c>@now</c>: what ends when a user is deactivated, in that transaction.</summary>
    public IReadOnlyList<string> WhenDeactivated { get; init; } = [];

    /// <summary>SQL over <c>@app</c> and <c>@now</c>: what ends when an app is removed, in that transaction; its rows go later.</summary>
    public IReadOnlyList<string> WhenRemoved { get; init; } = [];

    /// <summary>What users of its apps go by, beside external ids.</summary>
    public IReadOnlyList<IdentifierKind> Identifiers { get; init; } = [];

    /// <summary>The JSON of its operations, for the description of the API.</summary>
    public IJsonTypeInfoResolver? Json { get; init; }

    /// <summary>What it lets an app be set to.</summary>
    public IReadOnlyList<Setting<AppOptions>> Settings { get; init; } = [];

    /// <summary>The kinds of events that it writes.</summary>
    public IReadOnlyList<EventKind> Events { get; init; } = [];

    /// <summary>The app to try it with, which a start without any app makes: localhost only, without a key. Null: it has none.</summary>
    public Func<AppOptions>? Demo { get; init; }

    /// <summary>Its pages in the console, about one app.</summary>
    public IReadOnlyList<ConsoleTab> Tabs { get; init; } = [];
}

/// <summary>A table whose rows are an app's.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The columns of its primary key besides <c>app_id</c>.</param>
/// <param name="IsOfUsers">Whether each row is a user's, by <c>user_id</c>.</param>
internal sealed record OwnedTable(string Name, string Key, bool IsOfUsers)
{
    /// <summary>SQL over <c>@app</c>: which rows are the app's.</summary>
    public string OfApp { get; init; } = Removal.WithAppId;
}

/// <summary>A tab of an app in the console.</summary>
/// <param name="Path">What follows the app's own path; empty: that itself.</param>
/// <param name="Label">What it is called.</param>
/// <param name="Place">Where it stands: tabs are shown by growing place.</param>
internal sealed record ConsoleTab(string Path, string Label, int Place)
{
    /// <summary>The product whose apps have it; null: every app has.</summary>
    public AppType? Of { get; init; }
}

internal static class RoomLists
{
    /// <summary>The tables of all of them.</summary>
    public static Schema ToSchema(this IEnumerable<Room> rooms) => new([.. rooms.Select(room => room.Schema).OfType<RoomSchema>()]);

    /// <summary>Every kind of event that they write.</summary>
    public static EventKinds ToEventKinds(this IEnumerable<Room> rooms) => new([.. rooms.SelectMany(room => room.Events)]);

    /// <summary>Every setting that an app can have.</summary>
    public static AppSettings ToAppSettings(this IEnumerable<Room> rooms) => new(rooms.SelectMany(room => room.Settings));

    /// <summary>The apps to try them with.</summary>
    public static IEnumerable<AppOptions> ToDemos(this IEnumerable<Room> rooms)
        => rooms.Select(room => room.Demo?.Invoke()).OfType<AppOptions>();

    /// <summary>Takes a room into the server.</summary>
    public static IServiceCollection AddRoom(this IServiceCollection services, Room room)
    {
        services.AddSingleton(room);
        room.Services(services);
        return services;
    }
}
