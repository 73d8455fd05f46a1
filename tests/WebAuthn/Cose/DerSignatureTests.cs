using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

public sealed class DerSignatureTests
{
    // An order of two bytes is enough to stand at its edges.
    private static readonly byte[] Order = [0xF0, 0x01];

    [Theory]
    [InlineData("3006020101020101")]
    [InlineData("300602017F02017F")]
    [InlineData("300702020080020101")]
    [InlineData("3008020300F000020101")]
    public void Distinguished_encodings_below_the_order_are_accepted(string hex) =>
        Assert.True(DerSignature.IsValid(Convert.FromHexString(hex), Order));

    [Theory]
    [InlineData(61, "307B", true)]
    [InlineData(65, "307F", true)]
    [InlineData(65, "30817F", false)]
    [InlineData(66, "308180", true)]
    [InlineData(66, "3080", false)]
    [InlineData(66, "30820080", false)]
    public void The_short_form_of_a_length_ends_at_127(int r, string head, bool accepted)
    {
        const int s = 58;
        byte[] signature = [.. Convert.FromHexString(head), 0x02, (byte)r, .. Ones(r), 0x02, s, .. Ones(s)];
        Assert.Equal(accepted, DerSignature.IsValid(signature, [.. Enumerable.Repeat((byte)0xFF, 66)]));

        static byte[] Ones(int length) => [.. Enumerable.Repeat((byte)1, length)];
    }

    [Theory]
    [InlineData("3006020100020100", "r and s are 0")]
    [InlineData("3006020101020100", "s is 0")]
    [InlineData("3006020100020101", "r is 0")]
    [InlineData("3008020300F001020101", "r is the order")]
    [InlineData("3008020101020300F001", "s is the order")]
    [InlineData("3008020300F100020101", "r is above the order")]
    [InlineData("300902040100000002 0101", "r is longer than the order")]
    [InlineData("3006020181020101", "r is negative")]
    [InlineData("300602010102 0180", "s is negative")]
    [InlineData("30070202000102 0101", "r has a leading zero")]
    [InlineData("30070201010202 0001", "s has a leading zero")]
    [InlineData("300602010102010100", "a byte follows the sequence")]
    [InlineData("300702010102010100", "a byte follows s inside the sequence")]
    [InlineData("3009020101020101020101", "three integers")]
    [InlineData("3003020101", "one integer")]
    [InlineData("3000", "no integer")]
    [InlineData("30050200020101", "r is empty")]
    [InlineData("3005020101 0200", "s is empty")]
    [InlineData("308106020101020101", "a long form of a short length")]
    [InlineData("30820006020101020101", "a longer form of a short length")]
    [InlineData("3080020101 0201010000", "an indefinite length")]
    [InlineData("300702810101020101", "a long form inside")]
    [InlineData("3106020101020101", "a set")]
    [InlineData("3006030101020101", "a bit string")]
    [InlineData("3007020101020101", "cut short")]
    [InlineData("3006020101020201", "cut short inside")]
    [InlineData("30", "nothing but a tag")]
    [InlineData("3081", "nothing but a head")]
    [InlineData("", "nothing")]
    public void Anything_else_is_refused(string hex, string because) =>
        Assert.False(DerSignature.IsValid(Convert.FromHexString(hex.Replace(" ", "")), Order), because);
}
