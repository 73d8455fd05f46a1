using System.Text;
using System.Text.Json.Nodes;

namespace OpenPassage.WebAuthn.Tests.Records;

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
        Assert.Equal(record, read);
        Assert.Equal(record.GetHashCode(), read.GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void The_JSON_form_is_read_back_as_it_was(CredentialRecord record)
    {
        Assert.True(CredentialRecord.TryReadJson(record.ToJson(), out var read));
        AssertSame(record, read);
        Assert.Equal(record, read);
        Assert.Equal(record.GetHashCode(), read.GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_put_together_from_columns_is_equal(CredentialRecord record)
    {
        var read = new CredentialRecord
        {
            Id = new CredentialId(record.Id.Bytes),
            UserHandle = new UserHandle(record.UserHandle.Bytes),
            PublicKey = record.PublicKey.ToArray(),
            SignCount = record.SignCount,
            UvInitialized = record.UvInitialized,
            BackupEligible = record.BackupEligible,
            BackupState = record.BackupState,
            Transports = [.. record.Transports],
            Aaguid = record.Aaguid,
            RpId = record.RpId,
            AttestationObject = Copy(record.AttestationObject),
            AttestationClientData = Copy(record.AttestationClientData),
        };
        Assert.Equal(record, read);
        Assert.True(record == read);
        Assert.Equal(record.GetHashCode(), read.GetHashCode());

        static ReadOnlyMemory<byte>? Copy(ReadOnlyMemory<byte>? bytes) =>
            bytes is { } known ? known.ToArray() : default(ReadOnlyMemory<byte>?);
    }

    public static TheoryData<string, CredentialRecord?> Others => new()
    {
        { "none", null },
        { "id", whole with { Id = new CredentialId([1, 2, 4]) } },
        { "user handle", whole with { UserHandle = new UserHandle("bob"u8) } },
        { "public key", whole with { PublicKey = new byte[] { 0xA1, 1, 3 } } },
        { "counter", whole with { SignCount = 1 } },
        { "verification at registration", whole with { UvInitialized = false } },
        { "eligibility", whole with { BackupEligible = null } },
        { "backup state", whole with { BackupState = false } },
        { "a transport less", whole with { Transports = ["internal"] } },
        { "transports in another order", whole with { Transports = ["zażółć", "internal"] } },
        { "model", whole with { Aaguid = Guid.Empty } },
        { "RP ID", whole with { RpId = "Example.com" } },
        { "attestation object", whole with { AttestationObject = new byte[] { 0xA1 } } },
        { "an empty attestation object", whole with { AttestationObject = default(ReadOnlyMemory<byte>) } },
        { "no attestation object", whole with { AttestationObject = null } },
        { "client data", whole with { AttestationClientData = null } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void A_record_that_differs_in_one_member_is_another(string member, CredentialRecord? other)
    {
        Assert.False(whole == other, member);
        Assert.False(whole.Equals((object?)other), member);
    }

    [Fact]
    public void An_empty_attestation_object_is_not_the_same_as_none()
    {
        var empty = whole with { AttestationObject = default(ReadOnlyMemory<byte>) };
        Assert.NotEqual(empty, whole with { AttestationObject = null });
        Assert.True(CredentialRecord.TryRead(empty.ToBytes(), out var read));
        Assert.Equal(empty, read);
        Assert.True(CredentialRecord.TryReadJson(empty.ToJson(), out read));
        Assert.Equal(empty, read);
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

    [Theory]
    [InlineData(0, 5, 9, false)]
    [InlineData(1, 1, 1, true)]
    [InlineData(1023, 64, 9, true)]
    [InlineData(1024, 5, 9, false)]
    [InlineData(5, 0, 9, false)]
    [InlineData(5, 65, 9, false)]
    [InlineData(5, 5, 0, false)]
    public void Each_part_of_the_binary_form_is_bounded(int id, int handle, int publicKey, bool accepted) =>
        Assert.Equal(
            accepted,
            CredentialRecord.TryRead(
                [.. Head(0), .. Part(new byte[id]), .. Part(new byte[handle]), .. Part(new byte[publicKey]), 0, 0, 0, 0],
                out _));

    [Theory]
    [InlineData("00000000", true)]
    [InlineData("0000000100000001" + "61", true)]
    [InlineData("00000001", false)]
    [InlineData("0000000100000001" + "FF", false)]
    [InlineData("0000000200000001" + "61", false)]
    [InlineData("00000001" + "00000002" + "61", false)]
    [InlineData("FFFFFFFF", false)]
    [InlineData("FFFFFFFF00000001" + "61", false)]
    [InlineData("000000", false)]
    public void Transports_in_the_binary_form_are_as_many_as_they_say_and_text(string hex, bool accepted) =>
        Assert.Equal(
            accepted,
            CredentialRecord.TryRead([.. Head(0), .. Part([1]), .. Part([2]), .. Part([3]), .. Convert.FromHexString(hex)], out _));

    [Theory]
    [InlineData(16, "00000001" + "61", true)]
    [InlineData(16, "00000001" + "FF", false)]
    [InlineData(16, "00000002" + "61", false)]
    [InlineData(16, "", false)]
    [InlineData(32, "00000001" + "FF", true)]
    [InlineData(32, "00000002" + "FF", false)]
    [InlineData(32, "", false)]
    [InlineData(64, "00000001" + "FF", true)]
    [InlineData(64, "00000002" + "FF", false)]
    [InlineData(64, "", false)]
    [InlineData(0, "00000000", false)]
    public void A_part_that_a_flag_announces_is_there_and_no_other(byte flag, string hex, bool accepted) =>
        Assert.Equal(
            accepted,
            CredentialRecord.TryRead(
                [.. Head(flag), .. Part([1]), .. Part([2]), .. Part([3]), 0, 0, 0, 0, .. Convert.FromHexString(hex)],
                out _));

    /// <summary>Version and flags, counter and AAGUID.</summary>
    private static byte[] Head(byte flags) => [1, flags, .. new byte[20]];

    private static byte[] Part(byte[] bytes) => [0, 0, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];

    [Fact]
    public void An_unknown_member_with_a_very_long_name_is_refused_for_little_memory()
    {
        var (name, rest) = (new string('\uFFFD', 10_000), Encoding.UTF8.GetString(whole.ToJson()).TrimStart('{'));
        var json = Encoding.UTF8.GetBytes($"{{\"{name}\":1,{rest}");
        Assert.False(CredentialRecord.TryReadJson(json, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(CredentialRecord.TryReadJson(json, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
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
