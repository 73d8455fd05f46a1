using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>An app's API keys: listed, made, put in another's place, ended.</summary>
internal static class ApiKeys
{
    private const int MostDays = 36_500;

    public static void MapPage(IEndpointRouteBuilder routes) => routes.MapGet("apps/{app_id}/keys", List);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("apps/{app_id}/keys", Create).Confirmed("create an API key", "apps/{app_id}/keys");
        routes.MapPost("apps/{app_id}/keys/{key_id}/rotate", Rotate).Confirmed("rotate this API key", "apps/{app_id}/keys");
        routes.MapPost("apps/{app_id}/keys/{key_id}/revoke", Revoke).Confirmed("revoke this API key", "apps/{app_id}/keys");
    }

    private static async Task<IResult> List(
        string app_id, ManagedApps apps, ManagedKeys keys, TimeProvider time, CancellationToken cancellationToken)
        => new Page<KeysPage>(await ReadAsync(app_id, apps, keys, time, cancellationToken));

    private static async Task<IResult> Create(
        ConsoleCall call, string app_id, ManagedApps apps, ManagedKeys keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var app = await apps.GetAsync(new(app_id), cancellationToken);
        var scopes = ApiKeyScope.Of(ApiKeyScope.Words.Where(word => call.Ticked("scopes", word)));
        try
        {
            // What cannot be read must not become a key that never expires.
            if (!int.TryParse(
                call.Field("expires") is { Length: > 0 } text ? text : "0", NumberStyles.None, CultureInfo.InvariantCulture, out var days)
                || days > MostDays)
                throw new RefusedException(
                    Refusal.InvalidRequest.Because($"Enter in how many days the key expires, at most {MostDays}; 0 means never."));
            var (_, shown) = await keys.CreateAsync(
                new(app.Settings.Id),
                call.Field("name"),
                scopes,
                days > 0 ? time.GetUtcNow().AddDays(days) : null,
                call.Actor,
                cancellationToken);
            return new Page<KeysPage>(await ReadAsync(app_id, apps, keys, time, cancellationToken) with { Made = shown });
        }
        catch (RefusedException refused)
        {
            return new Page<KeysPage>(
                await ReadAsync(app_id, apps, keys, time, cancellationToken) with { Complaint = refused.Refusal.Sentence },
                refused.Refusal.Status);
        }
    }

    private static async Task<IResult> Rotate(
        ConsoleCall call,
        string app_id,
        string key_id,
        ManagedApps apps,
        ManagedKeys keys,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (_, shown, until) = await keys.RotateAsync(
            new(app_id), key_id, ManagedKeys.UsualOverlap, expiresAt: null, call.Actor, cancellationToken);
        return new Page<KeysPage>(
            await ReadAsync(app_id, apps, keys, time, cancellationToken) with { Made = shown, OldWorksUntil = until });
    }

    private static async Task<IResult> Revoke(
        ConsoleCall call, string app_id, string key_id, ManagedKeys keys, CancellationToken cancellationToken)
    {
        await keys.RevokeAsync(new(app_id), key_id, call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.App(app_id, "keys"), "key-revoked");
    }

    private static async Task<KeysModel> ReadAsync(
        string app_id, ManagedApps apps, ManagedKeys keys, TimeProvider time, CancellationToken cancellationToken)
        => new(await apps.GetAsync(new(app_id), cancellationToken), await keys.ListAsync(new(app_id), cancellationToken), time.GetUtcNow());
}

internal sealed record KeysModel(AppRecord App, IReadOnlyList<ApiKey> Keys, DateTimeOffset Now)
{
    /// <summary>A key that was just made: shown this once.</summary>
    public string? Made { get; init; }

    /// <summary>Until when the key that it replaces works on; null: it replaces none.</summary>
    public DateTimeOffset? OldWorksUntil { get; init; }

    public string? Complaint { get; init; }
}
