namespace OpenPassage.Server.Ready.Estimates;

/// <summary>One possibility of how a share moves; per week, in logits.</summary>
/// <param name="Waning">What is left of a slope a week later.</param>
/// <param name="Level">Variance of the level.</param>
/// <param name="Slope">Variance of the slope.</param>
/// <param name="Scatter">Variance of a week beyond sampling.</param>
internal sealed record Pace(double Waning, double Level, double Slope, double Scatter)
{
    private static readonly double[] Wanings = [0.9, 0.96, 0.985];
    private static readonly double[] Levels = [0.003, 0.012, 0.05];
    private static readonly double[] Slopes = [0.0003, 0.003, 0.012];
    private static readonly double[] Scatters = [0.008, 0.025, 0.08];

    public static IReadOnlyList<Pace> All { get; } =
    [
        .. from waning in Wanings
           from level in Levels
           from slope in Slopes
           from scatter in Scatters
           select new Pace(waning, level * level, slope * slope, scatter * scatter),
    ];
}
