using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>What the endpoints tell OpenTelemetry.</summary>
public sealed class PasskeyTelemetry
{
    /// <summary>
    /// The name of the <see cref="Meter"/> and the <see cref="ActivitySource"/>: give it to <c>AddMeter</c> and <c>AddSource</c>. The
    /// meter has one histogram, <c>openpassage.flex.operation.duration</c> in seconds, with the tags <c>operation</c> (such as
    /// <c>finish_sign_in</c>) and <c>outcome</c> (<c>ok</c>, or a refusal's code). No tag names a user.
    /// </summary>
    public const string Name = "OpenPassage.Flex.AspNetCore";

    private static readonly ActivitySource Source = new(Name);

    private readonly Histogram<double> duration;

    /// <summary>For the service container.</summary>
    public PasskeyTelemetry(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        duration = meters.Create(Name)
            .CreateHistogram<double>("openpassage.flex.operation.duration", "s", "How long passkey endpoints took.");
    }

    internal static Activity? Start(string operation) => Source.StartActivity(operation);

    internal void Record(string operation, string outcome, TimeSpan took, Activity? activity)
    {
        duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("operation", operation), new("outcome", outcome));
        activity?.SetTag("outcome", outcome);
        if (outcome == Failed)
            activity?.SetStatus(ActivityStatusCode.Error);
    }

    internal const string Failed = "failed";
}
