using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Values;

namespace OpenPassage.OperatorConsole.Users;

/// <summary>What the form above events asks for.</summary>
internal sealed class EventFilters
{
    private static readonly string[] Names = ["app", "user", "type", "outcome", "rejection", "from", "to"];

    private readonly ConsoleCall call;

    /// <param name="call">Whose query it is.</param>
    /// <param name="apps">Those to choose from; null: there is no choice.</param>
    /// <param name="kinds">Those to choose from.</param>
    public EventFilters(ConsoleCall call, IReadOnlyList<AppRecord>? apps, EventKinds kinds)
    {
        this.call = call;
        var reader = new QueryReader(call.Context.Request.Query);
        if (apps?.FirstOrDefault(app => app.Settings.Id == this["app"]) is { } chosen)
            App = new(chosen.Settings.Id);
        var whose = reader.Text("user");
        var query = FindEvents.ReadWhatAndWhen(reader, kinds);
        Query = query with { Whose = whose, To = End(query.To) };
        Complaint = apps is not null && App is null && this["app"].Length > 0 ? "There is no such app." : reader.Problem;
    }

    /// <summary>Null: all.</summary>
    public AppId? App { get; }

    public EventQuery Query { get; }

    /// <summary>What is wrong with them; then nothing is found.</summary>
    public string? Complaint { get; }

    /// <summary>As it was typed.</summary>
    public string this[string name] => call.Query(name);

    /// <summary>As a query, for the next page and the files.</summary>
    public string AsQuery
        => string.Join('&', Names.Where(name => this[name].Length > 0).Select(name => $"{name}={Uri.EscapeDataString(this[name])}"));

    // A day counts to its end.
    private static DateTimeOffset? End(DateTimeOffset? to)
        => to is { } time && time.TimeOfDay == TimeSpan.Zero && time < DateTimeOffset.MaxValue.AddDays(-1) ? time.AddDays(1) : to;
}
