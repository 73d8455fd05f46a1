namespace OpenPassage.Server.Statistics;

/// <summary>What prompts of one kind came to in one browser, as pages told it.</summary>
internal sealed record PromptFigure(string Kind, string Browser, long Shown, long Dismissed, long Failed, long Fallback)
{
    public long All => Shown + Dismissed + Failed + Fallback;

    /// <summary>The most frequent first.</summary>
    public static IReadOnlyList<PromptFigure> Of(IEnumerable<Sum> sums) =>
    [
        .. sums.Select(sum => (Words: sum.Label.Split(' ', 3), sum.Number))
            .Where(one => one.Words.Length == 3)
            .GroupBy(one => (Kind: one.Words[0], Browser: one.Words[2]))
            .Select(group =>
            {
                long Number(string result) => group.Where(one => one.Words[1] == result).Sum(one => one.Number);
                return new PromptFigure(
                    group.Key.Kind, group.Key.Browser, Number("shown"), Number("dismissed"), Number("failed"), Number("fallback"));
            })
            .OrderByDescending(figure => figure.All)
            .ThenBy(figure => figure.Kind, StringComparer.Ordinal)
            .ThenBy(figure => figure.Browser, StringComparer.Ordinal),
    ];
}

/// <summary>How far users came whom an app asks for a passkey (<c>in</c>), or those whom it does not (<c>out</c>).</summary>
/// <param name="Group">Which.</param>
/// <param name="Asked">Prompts to make one: users outside are asked where a page does not follow advice, or where they ask.</param>
/// <param name="Made">Passkeys made by those.</param>
/// <param name="Used">Sign-ins with a passkey.</param>
internal sealed record ShareFigure(string Group, long Asked, long Made, long Used)
{
    /// <summary>Empty: there was nothing to compare.</summary>
    public static IReadOnlyList<ShareFigure> Of(IEnumerable<Sum> sums)
    {
        var numbers = sums.ToDictionary(sum => sum.Label, sum => sum.Number, StringComparer.Ordinal);
        ShareFigure Figure(string group)
        {
            long Number(string step) => numbers.GetValueOrDefault($"{group} {step}");
            return new(group, Number(ShareSteps.Asked), Number(ShareSteps.Made), Number(ShareSteps.Used));
        }

        return numbers.Count == 0 ? [] : [Figure(ShareSteps.In), Figure(ShareSteps.Out)];
    }
}

/// <summary>The words of <see cref="Counted.Share"/>.</summary>
internal static class ShareSteps
{
    public const string In = "in";
    public const string Out = "out";
    public const string Asked = "asked";
    public const string Made = "made";
    public const string Used = "used";
}
