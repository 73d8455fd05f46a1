using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Admission;

/// <summary>
/// An origin that is none of the app's: says which one came and where to add it, or what to do instead. The page gets a sentence;
/// the operator's log gets the app's own list too, once an hour for each origin, so that a stranger cannot fill it.
/// </summary>
internal sealed partial class RefusedOrigins(AppDirectory apps, TimeProvider time, ILogger<RefusedOrigins> log)
{
    private const int MaxToldAnHour = 200;
    private const int MaxLength = 300;

    private const string WithoutOrigin = "The ceremony was started without an Origin header, as native apps do,";
    private const string OnTheSamePage = "Start it again and finish it on the same page.";
    private const string SendIt = "Start it on the page, and configure the proxy to pass on the Origin header.";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock telling = new();
    private readonly HashSet<(AppId, string)> told = [];
    private DateTimeOffset toldSince;

    /// <summary>A page called from an origin that is not listed.</summary>
    public Refusal OfCall(App app, string sent)
    {
        if (Shown(sent) is not { } origin)
            return Refusal.OperationNotAllowed;
        Tell(app, origin);
        return Refusal.OperationNotAllowed.Because(
            $"This page's origin, {origin}, is not one of the app's origins. {AdviceOn(origin, app)}");
    }

    /// <summary>A ceremony ran on an origin that is not listed, or on another one than it was begun on.</summary>
    /// <param name="app">The app.</param>
    /// <param name="clientData">Client data as it came (§5.8.1).</param>
    /// <param name="begunOn">The origin it was begun on; null where that is not known.</param>
    /// <param name="refusal">The answer, which gets a sentence for this very case.</param>
    public Refusal OfCeremony(App app, ReadOnlyMemory<byte> clientData, string? begunOn, Refusal refusal)
    {
        if (Shown(OriginIn(clientData)) is not { } origin)
            return refusal;
        if (app.RelyingParty.Origins.Contains(origin))
            return refusal.Because(begunOn is null
                ? $"{WithoutOrigin} and finished on the page {origin}. {SendIt}"
                : $"The ceremony was started on the origin {begunOn} and finished on {origin}. {OnTheSamePage}");
        Tell(app, origin);
        var whose = app.Id == AppStore.Console ? "the console's origin" : "one of the app's origins";
        return refusal.Because($"The passkey was used on the origin {origin}, which is not {whose}. {AdviceOn(origin, app)}");
    }

    /// <summary>The call that finishes a ceremony comes from another origin than the one that began it.</summary>
    public static Refusal OfFinish(string? begunOn, string sent, Refusal refusal)
        => refusal.Because(begunOn is null
            ? $"{WithoutOrigin} and finished by a call from {sent}. {SendIt}"
            : $"The ceremony was started on the origin {begunOn} and finished by a call from {sent}. {OnTheSamePage}");

    private string AdviceOn(string origin, App app) => app.Id == AppStore.Console
        ? "If that is where you open the console, set OpenPassage:Console:Origin to it."
        : OriginAdvice.For(origin, app, [.. apps.OfRpId(app.RelyingParty.Id).SelectMany(other => other.RelatedOrigins)]);

    private void Tell(App app, string origin)
    {
        lock (telling)
        {
            if (time.GetUtcNow() - toldSince >= Hour)
            {
                told.Clear();
                toldSince = time.GetUtcNow();
            }

            if (told.Count == MaxToldAnHour || !told.Add((app.Id, origin)))
                return;
        }

        log.LogWarning(
            "The origin {Origin} was refused: the app '{App}' has {Origins}. {Advice}",
            origin,
            app.Id,
            string.Join(", ", app.RelyingParty.Origins.Order(StringComparer.Ordinal)),
            AdviceOn(origin, app));
    }

    /// <summary>What came, when it is an origin as clients write them. Anything else is not repeated.</summary>
    private static string? Shown(string? sent)
    {
        if (sent is not { Length: > 0 and <= MaxLength } || sent.Any(character => character is <= ' ' or > '~'))
            return null;
        if (sent.StartsWith("http:", StringComparison.Ordinal) || sent.StartsWith("https:", StringComparison.Ordinal))
            return Domain.ToOrigin(sent) is var (origin, _) && origin == sent ? sent : null;
        return sent == "null" || AndroidApp.FingerprintOf(sent) is not null || OtherScheme().IsMatch(sent) ? sent : null;
    }

    private static string? OriginIn(ReadOnlyMemory<byte> clientData)
    {
        try
        {
            using var json = JsonDocument.Parse(clientData);
            return json.RootElement.TryGetProperty("origin", out var origin) ? origin.GetString() : null;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]*://[A-Za-z0-9.-]*(:\d{1,5})?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherScheme();
}
