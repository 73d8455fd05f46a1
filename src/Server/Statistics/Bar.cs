namespace OpenPassage.Server.Statistics;

/// <summary>One bar of a chart: what it stands for, and how long it is.</summary>
public sealed record Bar(string Label, long Value);
