using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OpenPassage.Server.Telemetry;

/// <summary>
/// Adds up the measurements of this host for whoever scrapes them, from the start on. Only when a key for it is configured:
/// without one it does not listen, and measuring costs next to nothing.
/// </summary>
internal sealed class Exposition(Measurements measurements, IOptions<OpenPassageOptions> options) : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<Instrument, Family> families = new();
    private MeterListener? listener;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.MetricsKey is null)
            return Task.CompletedTask;
        listener = new MeterListener { InstrumentPublished = Listen };
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((Family)family!).Add(value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((Family)family!).Add(value, tags));
        listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>All of it in the text format of Prometheus, version 0.0.4.</summary>
    public string Text()
    {
        listener?.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
            PrometheusText.Write(text, family);
        return text.ToString();
    }

    public void Dispose() => listener?.Dispose();

    private void Listen(Instrument instrument, MeterListener to)
    {
        if (ReferenceEquals(instrument.Meter, measurements.Meter))
            to.EnableMeasurementEvents(instrument, families.GetOrAdd(instrument, static each => new Family(each)));
    }
}
