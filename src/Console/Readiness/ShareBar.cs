namespace OpenPassage.OperatorConsole.Readiness;

/// <summary>A share of devices, as a row of a chart.</summary>
/// <param name="Label">Of what.</param>
/// <param name="Devices">How many devices that are.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">What it is at least.</param>
/// <param name="High">What it is at most.</param>
internal sealed record ShareBar(string Label, long Devices, double Share, double Low, double High);
