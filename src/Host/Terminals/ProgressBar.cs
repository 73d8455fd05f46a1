namespace OpenPassage.Host.Terminals;

/// <summary>A bar on a terminal's standard error, for what takes longer than <see cref="Pace"/>.</summary>
internal sealed class ProgressBar(TextWriter error)
{
    /// <summary>How often it is drawn.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private const int Width = 24;

    private int drawn;

    /// <summary>Draws it.</summary>
    /// <param name="done">So much of it.</param>
    /// <param name="all">The whole; an estimate may be passed.</param>
    /// <param name="what">What is counted.</param>
    public void Show(long done, long all, string what)
    {
        var part = all <= 0 ? 0 : Math.Clamp((double)done / all, 0, 1);
        var full = (int)(part * Width);
        Draw($"[{new string('#', full)}{new string('.', Width - full)}] {(int)(part * 100),3} % of {all} {what}");
    }

    /// <summary>Takes it away again.</summary>
    public void Clear()
    {
        if (drawn == 0)
            return;
        Draw("");
        error.Write('\r');
    }

    private void Draw(string line)
    {
        error.Write($"\r{line.PadRight(drawn)}");
        drawn = line.Length;
    }
}
