using OpenPassage.Server.Ready.Reports;

namespace OpenPassage.Server.Tests.Ready;

/// <summary>Client hints as browsers write them into headers.</summary>
public sealed class HintHeadersTests
{
    [Theory]
    [InlineData("\"Windows\"", "Windows")]
    [InlineData(" \"15.0.0\" ", "15.0.0")]
    [InlineData("\"a \\\"b\\\" \\\\\"", "a \"b\" \\")]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("\"\"", null)]
    [InlineData("Windows", null)]
    [InlineData("\"Windows", null)]
    [InlineData("\"Windows\";x=1", null)]
    [InlineData("\"Windöws\"", null)]
    public void A_string(string? header, string? text) => Assert.Equal(text, HintHeaders.Text(header));

    [Theory]
    [InlineData("\"Chromium\";v=\"130\", \"Google Chrome\";v=\"130.0.1\", \"Not?A_Brand\";v=\"99\"",
        "Chromium 130, Google Chrome 130.0.1, Not?A_Brand 99")]
    [InlineData("\" Not A;Brand\";v=\"99\",\"Chromium\";v=\"96\"", " Not A;Brand 99, Chromium 96")]
    [InlineData("\"Chromium\";v=\"130\", \"Google", "Chromium 130")]
    [InlineData("\"Chromium\"", "")]
    [InlineData("Chromium;v=\"130\"", "")]
    [InlineData(null, "")]
    public void Brands(string? header, string brands)
        => Assert.Equal(brands, string.Join(", ", HintHeaders.Brands(header, 20).Select(brand => $"{brand.Key} {brand.Value}")));
}
