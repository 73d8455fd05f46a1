using System.Collections.Concurrent;

namespace OpenPassage.Server.Tests.House;

/// <summary>A room uses rooms on floors below it: there is no circle, in any project.</summary>
public sealed class FloorsTests
{
    private static readonly string Source = Path.Combine(RepositoryRoot.Find(), "src");

    // Two tests ask for the server's, which is a whole compilation.
    private static readonly ConcurrentDictionary<string, IReadOnlyList<Use>> Found = new(StringComparer.Ordinal);

    public static TheoryData<string> Projects =>
        [.. Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Rooms_of_a_project_form_no_circle(string project)
    {
        var uses = UsesOf(project);

        var circles = Uses.Circles(uses);
        Assert.True(circles.Count == 0, string.Join('\n', circles));
    }

    [Fact]
    public void The_server_has_floors_to_speak_of()
    {
        var uses = UsesOf("Server");

        // What the test above would not see if names were not found.
        Assert.Contains(uses, use => (use.From, use.To, use.FromFile) == ("Flex", "Passkeys", "Flex/FinishAuthentication.cs"));
        Assert.True(uses.Count > 500, $"{uses.Count} uses");
    }

    [Theory]
    [InlineData("using P.High; namespace P.Low; class L { H? h; }")]
    [InlineData("namespace P.Low; class L { P.High.H? h; }")]
    [InlineData("namespace P.Low; class L { High.H? h; }")]
    [InlineData("using static P.High.H; namespace P.Low; class L { int Two => One; }")]
    [InlineData("using P.High; namespace P.Low; class L { int Two => 1.Twice(); }")]
    public void A_knot_is_told_with_its_two_files(string low)
    {
        var uses = Uses.Between(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Low/L.cs"] = low,
            ["High/H.cs"] = "namespace P.High; static class X { public static int Twice(this int n) => n; "
                + "} class H { public const int One = 1; P.Low.L? l; }",
        });

        Assert.Equal(
            ["High → Low and back: High/H.cs uses L of Low/L.cs", "Low → High and back: Low/L.cs uses"],
            Uses.Circles(uses).Select(knot => knot.Split(low.Contains("Twice") ? " X of" : " H of")[0]));
    }

    [Fact]
    public void A_circle_of_three_is_told()
    {
        var uses = Uses.Between(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["A/A.cs"] = "namespace P.A; class One { P.B.Two? x; }",
            ["B/B.cs"] = "namespace P.B; class Two { P.C.Three? x; }",
            ["C/C.cs"] = "namespace P.C; class Three { P.A.One? x; }",
        });

        Assert.Equal(3, Uses.Circles(uses).Count);
    }

    [Fact]
    public void A_page_counts_as_a_file()
    {
        var uses = Uses.Between(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Pages/Page.razor"] = "<p>@Model.Of(1)</p>",
            ["Models/Model.cs"] = "namespace P.Models; class Model { }",
        });

        Assert.Equal("Pages/Page.razor uses Model of Models/Model.cs", Assert.Single(uses).ToString());
    }

    private static IReadOnlyList<Use> UsesOf(string project)
        => Found.GetOrAdd(project, project => Uses.Between(Uses.SourcesOf(Path.Combine(Source, project))));
}
