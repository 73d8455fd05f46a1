using System.Runtime.CompilerServices;
using OpenPassage.Server;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OpenPassage.Host.Serving;

/// <summary>
/// Sends measurements and spans to a collector when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one. The other OTEL_… variables
/// (protocol, headers, sampler, intervals, resource) mean what OpenTelemetry's specification says.
/// </summary>
internal static class Otlp
{
    /// <summary>Also what the program rests on: pool, connections, memory, threads.</summary>
    private static readonly string[] Meters =
        [OpenPassageServer.TelemetryName, "Npgsql", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    // Npgsql's spans carry the statement's text, in which every value is a parameter.
    private static readonly string[] Sources = [OpenPassageServer.TelemetryName, "Npgsql"];

    public static void Add(IServiceCollection services)
    {
        if (!string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
            Send(services);
    }

    // By itself: what calls into a library reads it in, at every start.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Send(IServiceCollection services)
        => services.AddOpenTelemetry()
            // The environment's own words come last, and so win.
            .ConfigureResource(resource => resource.Clear()
                .AddService("openpassage", serviceVersion: ProgramVersion.Text)
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddOtlpExporter())
            .WithTracing(traces => traces.AddSource(Sources).AddOtlpExporter());
}
