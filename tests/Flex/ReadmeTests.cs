namespace OpenPassage.Flex.Tests;

public sealed class ReadmeTests
{
    public static TheoryData<string, int> Samples()
    {
        var data = new TheoryData<string, int>();
        foreach (var file in new[] { "README.md", "src/Flex/README.md" })
            for (var index = 0; index < ReadmeSample.In(file).Count; index++)
                data.Add(file, index);
        return data;
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_sample_compiles(string file, int index) => Assert.NotNull(ReadmeSample.In(file)[index].Compile());
}
