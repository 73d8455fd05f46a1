using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.WebAuthn.Tests.Attestation;

public class DerReaderTests
{
    [Theory]
    [InlineData("04", "no length")]
    [InlineData("0402AA", "ends beyond the data")]
    [InlineData("048101AA", "a length in two bytes that fits in one")]
    [InlineData("04820001AA", "a length with a leading zero")]
    [InlineData("0480AA0000", "an indefinite length")]
    [InlineData("0484FFFFFFFF", "a length of four bytes")]
    [InlineData("BF", "a tag without its number")]
    [InlineData("BF1E00", "a long tag for a short number")]
    [InlineData("BF8180808001", "a tag number of more than three bytes")]
    [InlineData("BF8180800100", "a tag number of four bytes")]
    [InlineData("0480", "an indefinite length and nothing")]
    [InlineData("0482", "a length without its bytes")]
    [InlineData("048201", "a length cut short")]
    [InlineData("", "nothing")]
    public void What_is_not_DER_is_refused(string hex, string why)
    {
        var reader = new DerReader(Convert.FromHexString(hex));
        Assert.False(reader.TryRead(out _, out _), why);
    }

    [Theory]
    [InlineData("0480", "an indefinite length")]
    [InlineData("04820080", "a length with a leading zero")]
    [InlineData("04850100000080", "a length of five bytes")]
    public void A_head_that_is_not_DER_is_refused_however_much_follows(string head, string why)
    {
        var reader = new DerReader([.. Convert.FromHexString(head), .. new byte[128]]);
        Assert.False(reader.TryRead(out _, out _), why);
    }

    [Fact]
    public void Every_length_is_read_as_it_was_written()
    {
        foreach (var length in new[] { 0, 1, 127, 128, 255, 256, 65535, 65536, 100_000 })
        {
            var der = Der.OctetString(new byte[length]);
            Assert.True(DerReader.TryReadOnly(der, DerTag.OctetString, out var content));
            Assert.Equal(length, content.Length);
            Assert.False(DerReader.TryReadOnly(der.AsSpan()[..^1], DerTag.OctetString, out _));
            Assert.False(DerReader.TryReadOnly([.. der, 0], DerTag.OctetString, out _));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(600)]
    [InlineData(702)]
    [InlineData(70_000)]
    public void Every_tag_number_is_read_as_it_was_written(int number)
    {
        Assert.True(DerReader.TryReadOnly(Der.Explicit(number, Der.Null()), DerTag.Explicit(number), out _));
        Assert.False(DerReader.TryReadOnly(Der.Explicit(number, Der.Null()), DerTag.Explicit(number + 1), out _));
    }

    [Fact]
    public void An_optional_value_that_is_not_there_leaves_the_reader_where_it_was()
    {
        var reader = new DerReader(Der.Integer(5));
        Assert.False(reader.TryReadOptional(DerTag.Boolean, out _));
        Assert.True(reader.TryRead(DerTag.Integer, out var five));
        Assert.Equal([5], five.ToArray());
        Assert.True(reader.AtEnd);
    }
}
