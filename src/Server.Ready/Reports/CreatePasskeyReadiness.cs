using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>A device says what it can do. It is counted a moment later, and the answer waits for no database.</summary>
internal static class CreatePasskeyReadiness
{
    public const string Path = "analytics/passkey-readiness";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(Path, Handle)
        .Describe(
            nameof(CreatePasskeyReadiness),
            "Reports whether a device is ready for passkeys.",
            ReadyRefusals.WrongReadinessKey, ReadyRefusals.SourceNotListed, Refusal.TooManyRequests, Refusal.Busy);

    private static Outcome<Reported> Handle(
        ReportCall call,
        RequestBody<CreatePasskeyReadinessRequest> body,
        ReportLimits limits,
        GatheredReports reports,
        Measurements measurements,
        TimeProvider time)
    {
        if (ReportSender.IsBot(call.Request))
        {
            measurements.ReadinessReport("bot");
            return new Reported();
        }

        if (limits.ForDevice(call.Key, body.Value.DeviceId, Caller.AddressOf(call.Request.HttpContext)) is { } wait)
        {
            measurements.ReadinessReport("over_budget");
            return Refusal.TooManyRequests with { RetryAfter = wait };
        }

        var agent = ReportSender.AgentOf(call.Request, body.Value.Client);
        var profile = new Profile(
            agent.Platform, agent.System, agent.SystemMajor, agent.Browser, agent.BrowserMajor, body.Value.Capabilities);
        if (!reports.TryAdd(new(call.Key.Id, body.Value.DeviceId, profile, time.GetUtcNow())))
        {
            measurements.ReadinessReport("lost");
            return Refusal.Busy;
        }

        measurements.ReadinessReport("taken");
        return new Reported();
    }
}

/// <summary>What a device says, in the names of either generation of Passage's clients.</summary>
/// <param name="DeviceId">The same every time; empty: the system has none, and the device is counted apart.</param>
/// <param name="SecurityKey">WebAuthn at all.</param>
/// <param name="Platform">Passkeys of its own, behind its screen lock.</param>
/// <param name="ConditionalUi">Passkeys among the suggestions of a name field.</param>
internal sealed record CreatePasskeyReadinessRequest(string DeviceId, bool SecurityKey, bool Platform, bool ConditionalUi)
    : IRequest<CreatePasskeyReadinessRequest>
{
    private const int MaxDeviceIdLength = 200;

    public static JsonTypeInfo<CreatePasskeyReadinessRequest> Json => ReportsWire.Default.CreatePasskeyReadinessRequest;

    /// <summary>Passkeys that a provider synchronises; or <c>cloud_synced</c>.</summary>
    public bool? SyncedCredential { get; init; }

    /// <summary>As the first Authentikit says it.</summary>
    public bool? CloudSynced { get; init; }

    /// <summary>A passkey on a phone nearby; or <c>cross_platform</c>.</summary>
    public bool? CrossDeviceCredential { get; init; }

    /// <summary>As the first Authentikit says it.</summary>
    public bool? CrossPlatform { get; init; }

    /// <summary>A passkey made in passing after a sign-in without one; absent: not known.</summary>
    public bool? ConditionalCreate { get; init; }

    /// <summary>A sign-in that shows itself only where there is a passkey at once; absent: not known.</summary>
    public bool? ImmediateUi { get; init; }

    /// <summary>What a page could ask its browser for; absent: headers alone tell.</summary>
    public ReportClient? Client { get; init; }

    internal Capabilities Capabilities
        => (SecurityKey ? Capabilities.SecurityKey : Capabilities.None)
            | (Platform ? Capabilities.Platform : Capabilities.None)
            | ((SyncedCredential ?? CloudSynced) == true ? Capabilities.Synced : Capabilities.None)
            | ((CrossDeviceCredential ?? CrossPlatform) == true ? Capabilities.CrossDevice : Capabilities.None)
            | (ConditionalUi ? Capabilities.ConditionalUi : Capabilities.None)
            | (ConditionalCreate == true ? Capabilities.ConditionalCreate : Capabilities.None)
            | (ImmediateUi == true ? Capabilities.ImmediateUi : Capabilities.None);

    public string? Complaint()
        => DeviceId.Length > MaxDeviceIdLength ? $"device_id is longer than {MaxDeviceIdLength} characters."
            : (SyncedCredential ?? CloudSynced) is null ? "synced_credential is missing."
            : (CrossDeviceCredential ?? CrossPlatform) is null ? "cross_device_credential is missing."
            : null;
}

/// <summary>User agent client hints. What is absent or too long is taken from headers.</summary>
/// <param name="Brands">As <c>fullVersionList</c> or <c>brands</c> has them.</param>
/// <param name="Platform">Such as <c>Windows</c>.</param>
/// <param name="PlatformVersion">Such as <c>15.0.0</c>.</param>
internal sealed record ReportClient(
    IReadOnlyList<ReportBrand?>? Brands = null, string? Platform = null, string? PlatformVersion = null);

internal sealed record ReportBrand(string? Brand = null, string? Version = null);

/// <summary>An empty object.</summary>
internal sealed record Reported : IAnswer<Reported>
{
    public static JsonTypeInfo<Reported> Json => ReportsWire.Default.Reported;
}

/// <summary>The JSON of reports, under the same rules as <see cref="Wire"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(CreatePasskeyReadinessRequest))]
[JsonSerializable(typeof(Reported))]
internal sealed partial class ReportsWire : JsonSerializerContext;
