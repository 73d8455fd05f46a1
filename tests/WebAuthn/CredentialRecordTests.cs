using System.Text;
using System.Text.Json.Nodes;

namespace OpenPassage.WebAuthn.Tests;

public class CredentialRecordTests
{
    private static readonly CredentialRecord whole = new()
    {
        Id = new CredentialId([1, 2, 3]),
        UserHandle = new UserHandle("alice"u8),
        PublicKey = new byte[] { 0xA1, 1, 2 },
        SignCount = 0xFEDC_BA98,
        UvInitialized = true,
        BackupEligible = true,
        BackupState = true,
        Transports = ["internal", "zażółć"],
        Aaguid = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        RpId = "example.com",
        AttestationObject = new byte[] { 0xA0 },
        AttestationClientData = "{}"u8.ToArray(),
    };

    public static TheoryData<CredentialRecord> Records =>
    [
        whole,
        new CredentialRecord { Id = whole.Id, UserHandle = whole.UserHandle, PublicKey = whole.PublicKey, SignCount = 0 },
        whole with { BackupEligible = false, BackupState = false, UvInitialized = false },
        whole with { AttestationObject = null },
        whole with { AttestationClientData = null, RpId = null },
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void The_binary_form_is_read_back_as_it_was(CredentialRecord record)
    {
        Assert.True(CredentialRecord.TryRead(record.ToBytes(), out var read));
        AssertSame(record, read);
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void The_JSON_form_is_read_back_as_it_was(CredentialRecord record)
    {
        Assert.True(CredentialRecord.TryReadJson(record.ToJson(), out var read));
        AssertSame(record, read);
    }

    [Fact]
    public void Every_truncation_of_the_binary_form_is_refused()
    {
        var bytes = whole.ToBytes();
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(CredentialRecord.TryRead(bytes.AsSpan(0, length), out _));
        Assert.False(CredentialRecord.TryRead([.. bytes, 0], out _));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 2)]
    [InlineData(1, 0x80)]
    [InlineData(1, 0x04)]
    [InlineData(22, 0x7F)]
    [InlineData(22, 0xFF)]
    public void Another_version_or_a_field_out_of_bounds_is_refused(int at, byte value)
    {
        var bytes = whole.ToBytes();
        bytes[at] = value;
        Assert.False(CredentialRecord.TryRead(bytes, out _));
    }

    [Fact]
    public void The_JSON_form_names_its_version() => Assert.Equal(1, (int)JsonNode.Parse(whole.ToJson())!["version"]!);

    [Theory]
    [InlineData("version", "2")]
    [InlineData("version", "null")]
    [InlineData("id", "\"\"")]
    [InlineData("id", "\"A\"")]
    [InlineData("id", "\"AAA=\"")]
    [InlineData("userHandle", "null")]
    [InlineData("publicKey", "\"\"")]
    [InlineData("signCount", "-1")]
    [InlineData("signCount", "4294967296")]
    [InlineData("backupState", "null")]
    [InlineData("transports", "[null]")]
    [InlineData("transports", "null")]
    [InlineData("aaguid", "\"none\"")]
    [InlineData("attestationObject", "\"+\"")]
    public void A_value_out_of_its_bounds_is_refused(string member, string value)
    {
        var json = JsonNode.Parse(whole.ToJson())!.AsObject();
        json[member] = JsonNode.Parse(value);
        Assert.False(CredentialRecord.TryReadJson(Encoding.UTF8.GetBytes(json.ToJsonString()), out _));
    }

    [Fact]
    public void A_member_that_is_missing_unknown_or_repeated_is_refused()
    {
        var text = Encoding.UTF8.GetString(whole.ToJson());
        foreach (var member in JsonNode.Parse(text)!.AsObject().Select(member => member.Key))
        {
            var json = JsonNode.Parse(text)!.AsObject();
            json.Remove(member);
            Assert.False(CredentialRecord.TryReadJson(Encoding.UTF8.GetBytes(json.ToJsonString()), out _), member);
        }
        Assert.False(CredentialRecord.TryReadJson(Encoding.UTF8.GetBytes(text[..^1] + ",\"nickname\":\"key\"}"), out _));
        Assert.False(CredentialRecord.TryReadJson(Encoding.UTF8.GetBytes(text[..^1] + ",\"signCount\":0}"), out _));
        Assert.False(CredentialRecord.TryReadJson("{\"\\ud800\":1}"u8, out _));
        Assert.False(CredentialRecord.TryReadJson("{\"id\":\"\\ud800\"}"u8, out _));
        Assert.False(CredentialRecord.TryReadJson("null"u8, out _));
        Assert.False(CredentialRecord.TryReadJson(""u8, out _));
    }

    private static void AssertSame(CredentialRecord expected, CredentialRecord actual)
    {
        Assert.Equal(expected.Id, actual.Id);
        Assert.Equal(expected.UserHandle, actual.UserHandle);
        Assert.Equal(expected.PublicKey.ToArray(), actual.PublicKey.ToArray());
        Assert.Equal(expected.SignCount, actual.SignCount);
        Assert.Equal(expected.UvInitialized, actual.UvInitialized);
        Assert.Equal(expected.BackupEligible, actual.BackupEligible);
        Assert.Equal(expected.BackupState, actual.BackupState);
        Assert.Equal(expected.Transports, actual.Transports);
        Assert.Equal(expected.Aaguid, actual.Aaguid);
        Assert.Equal(expected.RpId, actual.RpId);
        Assert.Equal(expected.AttestationObject?.ToArray(), actual.AttestationObject?.ToArray());
        Assert.Equal(expected.AttestationClientData?.ToArray(), actual.AttestationClientData?.ToArray());
    }
}
