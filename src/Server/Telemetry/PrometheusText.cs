using System.Globalization;
using System.Text;

namespace OpenPassage.Server.Telemetry;

/// <summary>
/// The text format of Prometheus, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Write(StringBuilder text, Family family)
    {
        text.Append("# HELP ").Append(family.Name).Append(' ').Append(EscapeHelp(family.Help)).Append('\n');
        text.Append("# TYPE ").Append(family.Name).Append(family.Bounds is null ? " counter\n" : " histogram\n");
        foreach (var (labels, series) in family.All.Select(one => (Labels(one.Key), one.Value))
            .OrderBy(one => one.Item1, StringComparer.Ordinal))
        {
            var (sum, buckets) = series.Read();
            if (family.Bounds is { } bounds)
                WriteHistogram(text, family.Name, bounds, labels, sum, buckets);
            else
                WriteLine(text, family.Name, labels, sum);
        }
    }

    private static void WriteHistogram(
        StringBuilder text, string name, IReadOnlyList<double> bounds, string labels, double sum, long[] buckets)
    {
        var before = labels.Length == 0 ? "" : labels + ",";
        long count = 0;
        // Each bucket counts what the smaller ones do as well.
        for (var i = 0; i < buckets.Length; i++)
            WriteLine(text, name + "_bucket", $"{before}le=\"{(i < bounds.Count ? Number(bounds[i]) : "+Inf")}\"", count += buckets[i]);
        WriteLine(text, name + "_sum", labels, sum);
        WriteLine(text, name + "_count", labels, count);
    }

    private static void WriteLine(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Labels(KeyValuePair<string, object?>[] tags)
        => string.Join(',', tags.Select(
            tag => $"{tag.Key.Replace('.', '_')}=\"{EscapeValue(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "")}\""));

    private static string EscapeValue(string value) => EscapeHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string EscapeHelp(string help)
        => help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
