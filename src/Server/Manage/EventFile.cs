using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenPassage.Server.Events;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Manage;

/// <summary>Events as a file: JSON Lines, or CSV (RFC 4180).</summary>
internal sealed class EventFile(bool csv)
{
    private const int Page = 500;
    private const string Header =
        "id,at,type,outcome,user_id,external_id,started_at,ip_address,user_agent,rejection,step,reason,advice,app_id";

    // A spreadsheet takes a cell that begins so for a formula, and would run what a stranger chose.
    private const string FormulaStarts = "=+-@\t\r\n＝＋－＠";

    /// <summary>Writes all events, newest first.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="events">Finds them.</param>
    /// <param name="app">Whose; null: every app's.</param>
    /// <param name="query">Which.</param>
    /// <param name="written">Told how many so far.</param>
    /// <param name="cancellationToken">Ends it between two pages.</param>
    public async Task<long> WriteAsync(
        Stream to, EventSearch events, AppId? app, EventQuery query, IProgress<long>? written, CancellationToken cancellationToken)
    {
        var count = 0L;
        await using var writer = new StreamWriter(to, new UTF8Encoding(false), leaveOpen: true);
        if (csv)
            await writer.WriteAsync(Header + "\r\n");
        PageMark? mark = null;
        IReadOnlyList<FoundEvent> page;
        do
        {
            page = await events.ListAsync(app, query, mark, Page, cancellationToken);
            foreach (var found in page)
                await writer.WriteAsync(csv
                    ? ToCsv(ManagedEvent.Of(found))
                    : JsonSerializer.Serialize(ManagedEvent.Of(found), ManageWire.Default.ManagedEvent) + "\n");
            await writer.FlushAsync(cancellationToken);
            count += page.Count;
            written?.Report(count);
            if (page is [.., var last])
                mark = new(last.At, last.Id);
        }
        while (page.Count == Page);
        return count;
    }

    private static string ToCsv(ManagedEvent e) => string.Join(',', ((string?[])
    [
        e.Id, Time(e.At), e.Type, e.Outcome, e.UserId, e.ExternalId, Time(e.StartedAt), e.IpAddress, e.UserAgent,
        e.Refusal?.Rejection, e.Refusal?.Step, e.Refusal?.Reason, e.Refusal?.Advice, e.AppId,
    ]).Select(Cell)) + "\r\n";

    /// <summary>A cell, quoted where it must be; one that a spreadsheet would run is preceded by an apostrophe.</summary>
    internal static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        if (FormulaStarts.Contains(text[0], StringComparison.Ordinal))
            text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static string Time(DateTimeOffset time)
        => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
