namespace OpenPassage.Server.Statistics;

/// <summary>One bar of a chart: what it stands for, and how long it is.</summary>
internal sealed record Bar(string Label, long Value);
