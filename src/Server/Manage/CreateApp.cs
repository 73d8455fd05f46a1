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

/// <summary>Makes an app. It serves at once on this node, and within seconds on the others.</summary>
internal static class CreateApp
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("manage/apps", Handle)
        .Describe(nameof(CreateApp), "Makes an app. It has no API keys yet.", Refusal.AppExists);

    private static async Task<Outcome<ManagedApp>> Handle(
        ServerCall call, RequestBody<CreateAppRequest> body, ManagedApps apps, CancellationToken cancellationToken)
    {
        var app = new AppOptions { Id = body.Value.Id ?? "" };
        body.Value.ApplyTo(app);
        return ManagedApp.Of(await apps.CreateAsync(app, call.Actor, cancellationToken));
    }
}

internal sealed class CreateAppRequest : AppChange, IRequestOfHost<CreateAppRequest>
{
    public static JsonTypeInfo<CreateAppRequest> JsonIn(IServiceProvider host) => host.GetRequiredService<AppJson>().Of<CreateAppRequest>();

    /// <summary>As it stands in URLs; absent: 24 random letters and digits.</summary>
    public string? Id { get; private set; }

    public static JsonTypeInfo<CreateAppRequest> ToJson(JsonSerializerOptions json, AppSettings settings) => SettingsJson.Object(
        json,
        BodyOf<CreateAppRequest>(),
        settings.All,
        [SettingsJson.Member<CreateAppRequest, string>(
            json, "id", request => request.Id, (request, id) => request.Id = id, isNullable: true, isRequired: false)]);

    public string? Complaint() => SettingsComplaint() ?? (Sets(nameof(AppOptions.RpId)) ? null : "rp_id is missing.");
}
