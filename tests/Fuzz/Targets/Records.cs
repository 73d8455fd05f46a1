using OpenPassage.Fuzz.Tests.Seeds;
using OpenPassage.WebAuthn;

namespace OpenPassage.Fuzz.Tests.Targets;

/// <summary>Stored records that somebody has changed: read, used to sign in, and written back.</summary>
internal abstract class RecordTarget(string name, int codes) : Target(name, codes)
{
    private static readonly AuthenticationSeed[] from =
        [.. Seeds.Authentications.Where(seed => RegistrationTarget.IsJudgedHere(seed.Name))];

    protected override int MaxLength => 32 * 1024;

    public override IEnumerable<Case> Good() => from.Select(seed => Judged(seed, Write(seed.Record)));

    public override Case Make(Random random)
    {
        var seed = Pick(random, from);
        return Judged(seed, Bend(random, Write(seed.Record), Write(Pick(random, from).Record)));
    }

    protected abstract byte[] Write(CredentialRecord record);

    protected abstract CredentialRecord? Read(byte[] stored);

    private Case Judged(AuthenticationSeed seed, byte[] stored) => new(stored, () =>
    {
        if (Read(stored) is not { } record)
            return "no record";
        Assert.Equal(Write(record), Write(Read(Write(record))!));
        var response = AuthenticationResponse.Read(seed.Json).GetOrThrow();
        var verdict = Setting.RelyingParty().FinishAuthentication(response, Setting.Authentication(known: false), record);
        return verdict.Ok ? Accepted : verdict.Rejection.Code;
    });
}

internal sealed class RecordsInBytes() : RecordTarget("record in bytes", 5)
{
    protected override byte[] Write(CredentialRecord record) => record.ToBytes();

    protected override CredentialRecord? Read(byte[] stored)
    {
        if (!CredentialRecord.TryRead(stored, out var record))
            return null;
        Assert.Equal(stored, record.ToBytes());
        return record;
    }
}

internal sealed class RecordsInJson() : RecordTarget("record in JSON", 5)
{
    protected override byte[] Write(CredentialRecord record) => record.ToJson();

    protected override CredentialRecord? Read(byte[] stored) => CredentialRecord.TryReadJson(stored, out var record) ? record : null;
}
