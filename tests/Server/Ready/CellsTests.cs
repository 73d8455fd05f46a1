using OpenPassage.Server.Ready.Picture;

namespace OpenPassage.Server.Tests.Ready;

/// <summary>What is too small to show can also not be told from what is shown.</summary>
public sealed class CellsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("9", "")]
    [InlineData("9 0", "")]
    [InlineData("5 4", "")]
    [InlineData("10", "10")]
    [InlineData("12 10", "12 10")]
    // The one that is hidden would be the whole less what is shown: the next smallest joins it.
    [InlineData("50 30 9", "50 other:39")]
    [InlineData("50 9", "other:59")]
    [InlineData("50 30 9 0", "50 other:39")]
    // Two that are hidden are of fewer than ten together, and a share of so few is told of nobody.
    [InlineData("50 30 4 3", "50 other:37")]
    [InlineData("50 30 6 5", "50 30 other:11")]
    public void Small_groups_are_one_that_no_subtraction_takes_apart(string devices, string shown)
        => Assert.Equal(shown, Shown(devices, months: 1));

    [Theory]
    [InlineData("29", "")]
    [InlineData("29 28", "other:57")]
    [InlineData("90 29 28", "90 other:57")]
    [InlineData("90 30", "90 30")]
    public void Ten_devices_of_three_months_may_be_three_or_four(string devices, string shown)
        => Assert.Equal(shown, Shown(devices, months: 3));

    private static string Shown(string devices, int months) => string.Join(' ', Cells.Shown(
        devices.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select((number, i) => new Cell($"{i}", Major: null, new(int.Parse(number), int.Parse(number)))),
        months).Select(cell => cell.Name == Cells.Other ? $"other:{cell.Tally.Devices}" : $"{cell.Tally.Devices}"));
}
