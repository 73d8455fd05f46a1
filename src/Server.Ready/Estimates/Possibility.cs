namespace OpenPassage.Server.Ready.Estimates;

/// <summary>How things may stand after the last week.</summary>
internal sealed record Possibility(Pace Pace, State State)
{
    /// <summary>How often something changes, a week.</summary>
    private const double Changes = 0.01;

    public double LogWeight { get; init; } = State.LogWeight;

    /// <summary>Adds what is to be expected in a week to come.</summary>
    public void Foretell(int weeks, double sine, double cosine, NormalMixture mixture)
    {
        var state = new State();
        state.CopyFrom(State);
        // What a change in one of the weeks until then would add.
        var (change, reach) = (0.0, 0.0);
        for (var i = 0; i < weeks; i++)
        {
            state.Move(Pace);
            change += WeekFilter.ChangedLevel + WeekFilter.ChangedSlope * reach * reach;
            reach = 1 + Pace.Waning * reach;
        }
        var (mean, variance) = state.Seen(sine, cosine);
        // A month's weeks scatter less than one.
        variance += Pace.Scatter / 2;
        var (weight, unchanged) = (Math.Exp(LogWeight), Math.Pow(1 - Changes, weeks));
        mixture.Add(weight * unchanged, mean, variance);
        if (weeks > 0)
            mixture.Add(weight * (1 - unchanged), mean, variance + change / weeks);
    }
}
