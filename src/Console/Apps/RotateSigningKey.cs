using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Complete.Management;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>
/// Signs with the next key before its time, and withdraws the one before where that was stolen. A page says first what that does, and to
/// which backends.
/// </summary>
internal static class RotateSigningKey
{
    private const string Keys = "apps/{app_id}/signing-keys";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet($"{Keys}/rotate", AskRotate);
        routes.MapGet($"{Keys}/withdraw", AskWithdraw);
        routes.MapPost($"{Keys}/rotate", Rotate).Confirmed("rotate the signing key", Keys);
        routes.MapPost($"{Keys}/withdraw", Withdraw).Confirmed("withdraw the signing key", Keys);
    }

    private static Task<IResult> AskRotate(
        string app_id, ManagedApps apps, AppDirectory directory, SigningKeys keys, TimeProvider time, CancellationToken cancellationToken)
        => AskAsync(app_id, withdraw: false, apps, directory, keys, time, cancellationToken);

    private static Task<IResult> AskWithdraw(
        string app_id, ManagedApps apps, AppDirectory directory, SigningKeys keys, TimeProvider time, CancellationToken cancellationToken)
        => AskAsync(app_id, withdraw: true, apps, directory, keys, time, cancellationToken);

    private static async Task<IResult> AskAsync(
        string app_id, bool withdraw, ManagedApps apps, AppDirectory directory, SigningKeys keys, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (record, app) = await apps.GetServedAsync(directory, app_id, cancellationToken);
        var (set, now) = (await keys.EnsureAsync(app, cancellationToken), time.GetUtcNow());
        var (current, next) = (set.Current(now)!, set.Next(now)!);
        var (backends, advice) = RestartAdvice.Of(next.CreatedAt, withdraw, now);
        return new Page<RotateSigningKeyPage>(new RotateSigningKeyModel(
            record, withdraw, current.Kid, next.Kid, next.SignsFrom, now + app.Settings.Complete.Session.TokenLifetime + SigningKeys.Margin,
            app.Settings.Complete.Session.Refresh, backends, advice));
    }

    private static Task<IResult> Rotate(
        ConsoleCall call, string app_id, ManagedApps apps, AppDirectory directory, SigningKeys keys, TimeProvider time,
        CancellationToken cancellationToken)
        => RotateAsync(call, app_id, withdraw: false, apps, directory, keys, time, cancellationToken);

    private static Task<IResult> Withdraw(
        ConsoleCall call, string app_id, ManagedApps apps, AppDirectory directory, SigningKeys keys, TimeProvider time,
        CancellationToken cancellationToken)
        => RotateAsync(call, app_id, withdraw: true, apps, directory, keys, time, cancellationToken);

    private static async Task<IResult> RotateAsync(
        ConsoleCall call, string app_id, bool withdraw, ManagedApps apps, AppDirectory directory, SigningKeys keys, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (_, app) = await apps.GetServedAsync(directory, app_id, cancellationToken);
        // Sent twice, it would let a key sign that nobody knows yet.
        if ((await keys.EnsureAsync(app, cancellationToken)).Next(time.GetUtcNow())?.Kid != call.Field("next"))
            throw new RefusedException(Refusal.ChangedMeanwhile.Because(
                "The keys were rotated meanwhile. Nothing was done now: look at the signing keys and decide again."));
        await keys.RotateAsync(app, withdraw, call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.App(app_id, "signing-keys"), withdraw ? "key-withdrawn" : "key-rotated");
    }
}

/// <param name="App">Whose.</param>
/// <param name="Withdraw">Whether the key before is taken away.</param>
/// <param name="Current">The <c>kid</c> of the key that signs now.</param>
/// <param name="Next">Of the one that is to.</param>
/// <param name="NextSignsFrom">When it would without this.</param>
/// <param name="PublishedUntil">Until when the current one is published if it is not withdrawn.</param>
/// <param name="HasRefresh">Whether sessions get new tokens by themselves.</param>
/// <param name="Backends">Passage's backend SDKs that have to be restarted.</param>
/// <param name="Advice">Why, and which of them.</param>
internal sealed record RotateSigningKeyModel(
    AppRecord App,
    bool Withdraw,
    string Current,
    string Next,
    DateTimeOffset NextSignsFrom,
    DateTimeOffset PublishedUntil,
    bool HasRefresh,
    IReadOnlyList<string> Backends,
    string Advice);
