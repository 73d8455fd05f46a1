using System.Buffers.Text;
using System.Text;
using OpenPassage.WebAuthn.Metadata;

namespace OpenPassage.WebAuthn.Tests.Metadata;

/// <summary>FIDO Convenience Metadata Service 1.0: names by AAGUID.</summary>
public class ConvenienceMetadataTests
{
    private static readonly Guid Model = new("2fc0579f-8113-47ea-b116-bb5a8db9202a");

    private static Verdict<ConvenienceMetadata> Read(string text) => ConvenienceMetadata.Read(Encoding.UTF8.GetBytes(text));

    private static string? NameIn(string names) => Read(
        """{"no":7,"MODEL":{"friendlyNames":NAMES},"11111111-2222-3333-4444-555555555555":{"friendlyNames":{"en":"Other"}}}"""
            .Replace("MODEL", Model.ToString(), StringComparison.Ordinal).Replace("NAMES", names, StringComparison.Ordinal))
        .IsAccepted().NameOf(Model);

    [Fact]
    public void A_list_has_the_names_of_models()
    {
        var list = Read($$"""{"no":7,"{{Model}}":{"friendlyNames":{"en-US":"Key of Acme"},"icon":"data:image/png;base64,AAAA"} }""")
            .IsAccepted();
        Assert.Equal(("Key of Acme", null, 7, 1), (list.NameOf(Model), list.NameOf(Guid.NewGuid()), list.Number, list.Count));
    }

    [Theory]
    [InlineData("""{"en-US":"English","de-DE":"Deutsch"}""", "English")]
    [InlineData("""{"de-DE":"Deutsch","en-US":"English"}""", "English")]
    [InlineData("""{"de-DE":"Deutsch","en-GB":"British"}""", "British")]
    [InlineData("""{"en-GB":"British","en-US":"English"}""", "English")]
    [InlineData("""{"de-DE":"Deutsch","ja-JP":"日本語"}""", "Deutsch")]
    [InlineData("""{"en-US":"  Spaced  "}""", "Spaced")]
    [InlineData("""{"en-US":""}""", null)]
    [InlineData("""{"en-US":"\u001b[31m"}""", null)]
    [InlineData("""{"en-US":7}""", null)]
    [InlineData("""{"en-US":{"deep":["x"]},"fr-FR":"Français"}""", "Français")]
    [InlineData("{}", null)]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    public void The_name_in_English_is_taken_or_else_the_first(string names, string? name) => Assert.Equal(name, NameIn(names));

    [Fact]
    public void A_list_in_a_JWS_is_read_too()
    {
        var payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"{{Model}}":{"friendlyNames":{"en-US":"Packed"} } }"""));
        Assert.Equal("Packed", Read($"eyJhbGciOiJFUzI1NiJ9.{payload}.AAAA\n").IsAccepted().NameOf(Model));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"no":7}""")]
    [InlineData("""{"2fc0579f-8113-47ea-b116-bb5a8db9202a":"name"}""")]
    [InlineData("""{"2fc0579f-8113-47ea-b116-bb5a8db9202a":{"friendlyNames":{"en-US":"cut""")]
    [InlineData("""{"\ud800":{}}""")]
    [InlineData("""{"2fc0579f-8113-47ea-b116-bb5a8db9202a":{"friendlyNames":{"en-US":"\ud800"}}}""")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.AB.AAAA")]
    [InlineData("<html>")]
    public void What_is_no_list_is_refused(string text) => Read(text).IsRefusedAs(Rejection.ConvenienceMetadataMalformed);
}
