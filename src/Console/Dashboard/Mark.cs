namespace OpenPassage.OperatorConsole.Dashboard;

/// <summary>A line across a chart of columns, at a place along its axis.</summary>
internal sealed record Mark(string Label, double At, string Kind);
