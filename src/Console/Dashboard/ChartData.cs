namespace OpenPassage.OperatorConsole.Dashboard;

/// <summary>One bar: what it stands for, and how long it is.</summary>
public sealed record Bar(string Label, long Value);

/// <summary>A line across a chart of columns, at a place along its axis.</summary>
public sealed record Mark(string Label, double At, string Kind);
