using OpenPassage.Server;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OpenPassage.Host.Serving;

/// <summary>
/// Sends measurements and spans to a collector when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one. The other OTEL_… variables
/// (protocol, headers, sampler, intervals, resource) mean what OpenTelemetry's specification says.
/// </summary>
internal sealed class Otlp : IHostedService, IDisposable
{
    /// <summary>Also what the program rests on: pool, connections, memory, threads.</summary>
    private static readonly string[] Meters = [OpenPassageServer.TelemetryName, "Npgsql", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private MeterProvider? metrics;
    private TracerProvider? traces;

    public static void Add(IServiceCollection services)
    {
        if (!string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
            services.AddHostedService<Otlp>();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(Resource()).AddMeter(Meters).AddOtlpExporter().Build();
        // Npgsql's spans carry the statement's text, in which every value is a parameter.
        traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(Resource()).AddSource(OpenPassageServer.TelemetryName, "Npgsql").AddOtlpExporter().Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left. Comes last, when the final request has been answered.</summary>
    public void Dispose()
    {
        metrics?.Dispose();
        traces?.Dispose();
    }

    // The environment's own words come last, and so win.
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService("openpassage", serviceVersion: ProgramVersion.Text)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();
}
