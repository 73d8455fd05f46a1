using System.Buffers.Text;
using System.Formats.Cbor;
using System.Text;
using OpenPassage.Authenticator;
using OpenPassage.Fuzz.Tests.Seeds;

namespace OpenPassage.Fuzz.Tests.Targets;

/// <summary>The parts of a good attestation object.</summary>
internal static class Attested
{
    public static byte[] AuthenticatorDataOf(RegistrationSeed seed) => (byte[])Members(seed.Part("attestationObject"))["authData"];

    public static (string Format, byte[] Statement) StatementOf(RegistrationSeed seed)
    {
        var members = Members(seed.Part("attestationObject"));
        return ((string)members["fmt"], ((RawCbor)members["attStmt"]).Bytes);
    }

    /// <summary>A map's members: text and byte strings as such, everything else as it is encoded.</summary>
    public static Dictionary<string, object> Members(byte[] map)
    {
        var reader = new CborReader(map, CborConformanceMode.Lax);
        var members = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var entries = reader.ReadStartMap(); entries > 0; entries--)
        {
            members[reader.ReadTextString()] = reader.PeekState() switch
            {
                CborReaderState.TextString => reader.ReadTextString(),
                CborReaderState.ByteString => reader.ReadByteString(),
                _ => new RawCbor(reader.ReadEncodedValue().ToArray()),
            };
        }
        return members;
    }

    public static byte[] Encode(Dictionary<string, object> members)
    {
        var map = new CborMap();
        foreach (var (name, value) in members)
            map.Add(name, value);
        return map.ToBytes();
    }

    public static byte[] SignedStatement(SigningKey key, byte[] toBeSigned) =>
        new CborMap { { "alg", key.Algorithm }, { "sig", key.Sign(toBeSigned) } }.ToBytes();
}

/// <summary>Statements of every format, over authenticator data that is as it was signed.</summary>
internal sealed class Statements() : RegistrationTarget("attestation statement", 12)
{
    protected override IEnumerable<RegistrationSeed> From => Seeds.Registrations.Where(IsAttested);

    public static bool IsAttested(RegistrationSeed seed) => IsJudgedHere(seed.Name) && Attested.StatementOf(seed).Format != "none";

    protected override byte[] Bend(Random random, RegistrationSeed seed, RegistrationSeed other)
    {
        var (format, statement) = Attested.StatementOf(seed);
        var (otherFormat, otherStatement) = Attested.StatementOf(other);
        return Response(seed, attestationObject: AttestationObject(
            random.Next(16) == 0 ? otherFormat : format, Bend(random, statement, otherStatement), Attested.AuthenticatorDataOf(seed)));
    }
}

/// <summary>The first certificate of a statement, of which no signature but its issuer's is over it.</summary>
internal sealed class Certificates() : RegistrationTarget("attestation certificate", 10)
{
    protected override IEnumerable<RegistrationSeed> From =>
        Seeds.Registrations.Where(seed => Statements.IsAttested(seed) && HasCertificates(seed));

    protected override byte[] Bend(Random random, RegistrationSeed seed, RegistrationSeed other)
    {
        var (format, statement) = Attested.StatementOf(seed);
        var members = Attested.Members(statement);
        var path = PathOf(members);
        path[0] = Bend(random, path[0], PathOf(Attested.Members(Attested.StatementOf(other).Statement))[0]);
        members["x5c"] = new RawCbor(CborMap.Encode(path));
        return Response(seed, attestationObject: AttestationObject(format, Attested.Encode(members), Attested.AuthenticatorDataOf(seed)));
    }

    private static bool HasCertificates(RegistrationSeed seed)
    {
        var (format, statement) = Attested.StatementOf(seed);
        return format != "compound" && Attested.Members(statement).ContainsKey("x5c");
    }

    private static byte[][] PathOf(Dictionary<string, object> members)
    {
        var reader = new CborReader(((RawCbor)members["x5c"]).Bytes);
        return [.. Enumerable.Range(0, reader.ReadStartArray()!.Value).Select(_ => reader.ReadByteString())];
    }
}

/// <summary>What a TPM signs after it was bent.</summary>
internal sealed class TpmCertify() : RegistrationTarget("tpm, signed again", 7)
{
    protected override IEnumerable<RegistrationSeed> From => [Seeds.Registration("tpm"), Seeds.Registration("tpm ES256")];

    protected override byte[] Bend(Random random, RegistrationSeed seed, RegistrationSeed other)
    {
        var members = Attested.Members(Attested.StatementOf(seed).Statement);
        foreach (var part in (string[])(random.Next(4) == 0 ? ["certInfo", "pubArea"] : [random.Next(2) == 0 ? "certInfo" : "pubArea"]))
            members[part] = Bend(random, (byte[])members[part], []);
        members["sig"] = Seeds.Key.Sign((byte[])members["certInfo"]);
        return Response(seed, attestationObject: AttestationObject("tpm", Attested.Encode(members), Attested.AuthenticatorDataOf(seed)));
    }
}

/// <summary>What SafetyNet signs after it was bent.</summary>
internal sealed class SafetyNetPayload() : RegistrationTarget("SafetyNet, signed again", 4)
{
    protected override IEnumerable<RegistrationSeed> From => [Seeds.Registration("android-safetynet")];

    protected override byte[] Bend(Random random, RegistrationSeed seed, RegistrationSeed other)
    {
        var members = Attested.Members(Attested.StatementOf(seed).Statement);
        members["response"] = Jws.BendSigned(random, (byte[])members["response"], Bend);
        var statement = Attested.Encode(members);
        return Response(seed, attestationObject: AttestationObject("android-safetynet", statement, Attested.AuthenticatorDataOf(seed)));
    }
}

internal static class Jws
{
    /// <summary>Bends header or payload, and signs.</summary>
    public static byte[] BendSigned(Random random, byte[] good, Func<Random, byte[], byte[], byte[]> bend)
    {
        var parts = Encoding.ASCII.GetString(good).Split('.').Select(part => Base64Url.DecodeFromChars(part)).ToArray();
        var bent = random.Next(4) == 0 ? 0 : 1;
        parts[bent] = bend(random, parts[bent], parts[1 - bent]);
        byte[] text = [.. Base64Url.EncodeToUtf8(parts[0]), (byte)'.', .. Base64Url.EncodeToUtf8(parts[1])];
        return [.. text, (byte)'.', .. Base64Url.EncodeToUtf8(SeedFile.Shared.Key.Sign(text))];
    }
}
