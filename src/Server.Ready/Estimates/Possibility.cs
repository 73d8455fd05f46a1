namespace OpenPassage.Server.Ready.Estimates;

/// <summary>How things may stand after the last week.</summary>
/// <param name="Pace">How they move.</param>
/// <param name="State">What is thought of them.</param>
/// <param name="LogWeight">How likely that is, as a logarithm.</param>
internal sealed record Possibility(Pace Pace, State State, double LogWeight)
{
    /// <summary>Adds what is to be expected in a week to come.</summary>
    /// <param name="weeks">How many after the last.</param>
    /// <param name="sine">Of its place in the year.</param>
    /// <param name="cosine">Of the same.</param>
    /// <param name="mixture">What it is added to.</param>
    public void Foretell(int weeks, double sine, double cosine, NormalMixture mixture)
    {
        var state = new State();
        state.CopyFrom(State);
        // What a change in any one of the weeks until then would add, and how far a slope and a surge that begin with it would get.
        var (change, ofSlope, ofSurge) = (0.0, 0.0, 0.0);
        for (var i = 0; i < weeks; i++)
        {
            state.Move(Pace);
            change += (Change.Level + Change.Slope * ofSlope * ofSlope + Change.Surge * ofSurge * ofSurge) / weeks;
            (ofSlope, ofSurge) = (1 + Pace.Waning * ofSlope, 1 + Estimates.State.SurgeWaning * ofSurge);
        }
        var (mean, variance) = state.Seen(sine, cosine);
        // The weeks of a month scatter less than one of them.
        variance += Pace.Scatter / 2;
        var (weight, unchanged) = (Math.Exp(LogWeight), Math.Pow(1 - Change.Often, weeks));
        mixture.Add(weight * unchanged, mean, variance);
        if (weeks > 0)
            mixture.Add(weight * (1 - unchanged), mean, variance + change);
    }
}
