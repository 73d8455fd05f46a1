using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Complete.Management;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>The keys that an app's tokens are signed with; and, after a rotation, which backends have to be restarted.</summary>
internal static class ListSigningKeys
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("apps/{app_id}/signing-keys", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call,
        string app_id,
        ManagedApps apps,
        AppDirectory directory,
        SigningKeys keys,
        Issuers issuers,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (record, app) = await apps.GetServedAsync(directory, app_id, cancellationToken);
        var (set, now) = (await keys.EnsureAsync(app, cancellationToken), time.GetUtcNow());
        var advice = call.Query("done") switch
        {
            "key-rotated" => RestartAdvice.Of(set.Current(now)!.CreatedAt, withdrawn: false, now).Advice,
            "key-withdrawn" => RestartAdvice.Of(set.Current(now)!.CreatedAt, withdrawn: true, now).Advice,
            _ => null,
        };
        return new Page<SigningKeysPage>(new SigningKeysModel(
            record,
            [
                .. ManagedSigningKey.Of(set, now).Zip(
                    set.All, (shown, key) => new ShownSigningKey(shown, SigningKeys.PublishedUntil(app, set, key, now))),
            ],
            $"{issuers.Of(app)}/.well-known/jwks.json",
            advice));
    }
}

/// <param name="App">Whose.</param>
/// <param name="Keys">Those that are published, in the order in which they sign.</param>
/// <param name="Url">Where backends fetch them.</param>
/// <param name="Advice">Which backends have to be restarted, after a rotation; null: there was none just now.</param>
internal sealed record SigningKeysModel(AppRecord App, IReadOnlyList<ShownSigningKey> Keys, string Url, string? Advice);

/// <param name="Key">Which.</param>
/// <param name="PublishedUntil">Null: it signs, or will.</param>
internal sealed record ShownSigningKey(ManagedSigningKey Key, DateTimeOffset? PublishedUntil);
