using OpenPassage.Host.Terminals;
namespace OpenPassage.Server.Tests.Host;

public sealed class ProgressBarTests
{
    [Fact]
    public void It_fills_stays_within_its_width_and_goes_away()
    {
        using var terminal = new StringWriter();
        var bar = new ProgressBar(terminal);

        bar.Show(50, 100, "bytes");
        bar.Show(130, 100, "bytes");
        bar.Clear();

        var drawn = terminal.ToString().Split('\r');
        Assert.Equal("[############............]  50 % of 100 bytes", drawn[1]);
        Assert.Equal("[########################] 100 % of 100 bytes", drawn[2]);
        Assert.Equal(("", ""), (drawn[3].Trim(), drawn[4]));
        Assert.Equal(drawn[2].Length, drawn[3].Length);
    }

    [Fact]
    public void What_was_never_drawn_leaves_nothing()
    {
        using var terminal = new StringWriter();
        new ProgressBar(terminal).Clear();
        Assert.Equal("", terminal.ToString());
    }
}
