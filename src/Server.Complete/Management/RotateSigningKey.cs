using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Management;

/// <summary>Signs with the next key from now on, before its time. The answer says which backends have to be restarted.</summary>
internal static class RotateSigningKey
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("manage/apps/{app_id}/signing-keys/rotate", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(
            nameof(RotateSigningKey),
            "Signs with the next key from now on, before its time; RESTART the backends that the answer names: passage-go and passage-ruby "
            + "know only keys that they have fetched, and where a key is withdrawn, others keep it for a day too.");

    private static async Task<Outcome<SigningKeyRotated>> Handle(
        AppCall call, RequestBody<RotateSigningKeyRequest> body, SigningKeys keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var withdraw = body.Value.Withdraw ?? false;
        return SigningKeyRotated.Of(await keys.RotateAsync(call.App, withdraw, call.Actor, cancellationToken), withdraw, time.GetUtcNow());
    }
}

/// <summary>Which of Passage's backends have to be restarted after a rotation. No clock, no database.</summary>
internal static class RestartAdvice
{
    // passage-go keeps what it fetched at its start; passage-ruby, passage-node and passage-php keep it for a day, and the latter two ask
    // anew for a key that they do not know; passage-python asks every five minutes.
    private static readonly TimeSpan CachedFor = TimeSpan.FromHours(24);

    /// <param name="published">Since when the key is published that signs now.</param>
    /// <param name="withdrawn">Whether the key before is good for nothing any more.</param>
    /// <param name="now">The time.</param>
    public static (IReadOnlyList<string> Backends, string Advice) Of(DateTimeOffset published, bool withdrawn, DateTimeOffset now)
    {
        var since = published.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        if (withdrawn)
        {
            return (
                ["passage-go", "passage-ruby", "passage-node", "passage-php"],
                "RESTART every backend with passage-go, passage-ruby, passage-node or passage-php NOW. Until then they take tokens of the "
                + "withdrawn key for good: passage-go for ever, the others for up to a day; and passage-go and passage-ruby refuse tokens "
                + $"of the new key if they fetched the keys before {since}. passage-python does without, after five minutes. Tokens of the "
                + "withdrawn key are refused here from now on; sessions go on, and their next refresh brings a token of the new key.");
        }

        var known = $"RESTART every backend with passage-go that has been running since before {since}: it keeps the keys that it fetched "
            + "at its start, does not know the one that signs now, and refuses new tokens.";
        return now - published < CachedFor
            ? (["passage-go", "passage-ruby"], $"{known} So does one with passage-ruby for up to a day: restart it too.")
            : (["passage-go"], $"{known} All others know the key already, or ask for it.");
    }
}

internal sealed record RotateSigningKeyRequest : IRequest<RotateSigningKeyRequest>
{
    public static JsonTypeInfo<RotateSigningKeyRequest> Json => ManagementWire.Default.RotateSigningKeyRequest;

    /// <summary>Whether the key that has signed until now is taken away, because it was stolen. Default: false.</summary>
    public bool? Withdraw { get; init; }

    public string? Complaint() => null;
}

/// <param name="Keys">All that are published now.</param>
/// <param name="Restart">Passage's backend SDKs that have to be restarted.</param>
/// <param name="Advice">Why, and which of them.</param>
internal sealed record SigningKeyRotated(IReadOnlyList<ManagedSigningKey> Keys, IReadOnlyList<string> Restart, string Advice)
    : IAnswer<SigningKeyRotated>
{
    public static JsonTypeInfo<SigningKeyRotated> Json => ManagementWire.Default.SigningKeyRotated;

    /// <param name="set">The keys afterwards.</param>
    /// <param name="withdrawn">Whether the key before was taken away.</param>
    /// <param name="now">The time.</param>
    public static SigningKeyRotated Of(SigningKeySet set, bool withdrawn, DateTimeOffset now)
    {
        var (restart, advice) = RestartAdvice.Of(set.Current(now)!.CreatedAt, withdrawn, now);
        return new(ManagedSigningKey.Of(set, now), restart, advice);
    }
}
