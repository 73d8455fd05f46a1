using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Manage;

/// <summary>Changes an app's settings. One that the configuration declares is refused, and told why.</summary>
internal static class UpdateApp
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("manage/apps/{app_id}", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(
            nameof(UpdateApp),
            "Changes an app's settings; what is absent stays.",
            Refusal.AppReadOnly,
            Refusal.DomainHeld,
            Refusal.AppHasPasskeys,
            Refusal.ChangedMeanwhile);

    private static async Task<Outcome<ManagedApp>> Handle(
        AppCall call, RequestBody<UpdateAppRequest> body, ManagedApps apps, CancellationToken cancellationToken)
        => ManagedApp.Of(await apps.UpdateAsync(call.AppId, body.Value.ApplyTo, call.Actor, cancellationToken));
}

internal sealed class UpdateAppRequest : AppChange, IRequestOfHost<UpdateAppRequest>
{
    public static JsonTypeInfo<UpdateAppRequest> JsonIn(IServiceProvider host) => host.GetRequiredService<AppJson>().Of<UpdateAppRequest>();

    public static JsonTypeInfo<UpdateAppRequest> ToJson(JsonSerializerOptions json, AppSettings settings)
        => SettingsJson.Object(json, BodyOf<UpdateAppRequest>(), settings.All);

    public string? Complaint() => SettingsComplaint();
}
