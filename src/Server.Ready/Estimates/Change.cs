namespace OpenPassage.Server.Ready.Estimates;

/// <summary>What a browser's release, or another change, may do in a week: variances in logits.</summary>
internal static class Change
{
    public const double Level = 0.3 * 0.3;

    public const double Slope = 0.005 * 0.005;

    public const double Surge = 0.2 * 0.2;

    /// <summary>How often there is one to come, a week: one in four years. Few browsers are large, and each learns a thing once.</summary>
    public const double Often = 0.005;
}
