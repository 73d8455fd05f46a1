using OpenPassage.WebAuthn.Cbor;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>
/// The members that statements of §8 are made of. Every format reads the same map and then asks for its own members; what
/// none of them knows is ignored: authenticators have added members to a format before.
/// </summary>
internal sealed class StatementMembers
{
    // Real chains have up to five.
    private const int MaxCertificates = 16;

    /// <summary><c>ver</c>.</summary>
    public string? Version { get; private set; }

    /// <summary><c>alg</c>.</summary>
    public CoseAlgorithm? Algorithm { get; private set; }

    /// <summary><c>sig</c>; empty when absent.</summary>
    public byte[] Signature { get; private set; } = [];

    /// <summary><c>x5c</c>, leaf first; null when absent, never empty.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Certificates { get; private set; }

    /// <summary><c>certInfo</c>; empty when absent.</summary>
    public byte[] CertInfo { get; private set; } = [];

    /// <summary><c>pubArea</c>; empty when absent.</summary>
    public byte[] PubArea { get; private set; } = [];

    /// <summary><c>response</c>; empty when absent.</summary>
    public byte[] Response { get; private set; } = [];

    /// <summary>Whether there is an <c>ecdaaKeyId</c>, which Level 2 removed.</summary>
    public bool HasEcdaaKeyId { get; private set; }

    /// <summary>The members; null when the statement is not a map, or a member is not of its type.</summary>
    public static StatementMembers? Read(ReadOnlySpan<byte> cbor)
    {
        var members = new StatementMembers();
        var reader = new CborReader(cbor);
        if (!reader.TryStartMap())
            return null;
        while (reader.HasNext)
        {
            if (!reader.TryReadText(out var name) || !members.TryReadMember(ref reader, name))
                return null;
        }
        return reader.TryEnd() && reader.AtEnd ? members : null;
    }

    private bool TryReadMember(ref CborReader reader, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> value;
        if (name.SequenceEqual("alg"u8))
        {
            if (!reader.TryReadInt32(out var algorithm))
                return false;
            Algorithm = (CoseAlgorithm)algorithm;
            return true;
        }
        if (name.SequenceEqual("x5c"u8))
            return TryReadCertificates(ref reader);
        if (name.SequenceEqual("ver"u8))
        {
            if (!reader.TryReadText(out value))
                return false;
            Version = System.Text.Encoding.UTF8.GetString(value);
            return true;
        }
        if (name.SequenceEqual("sig"u8))
        {
            if (!reader.TryReadBytes(out value))
                return false;
            Signature = value.ToArray();
            return true;
        }
        if (name.SequenceEqual("certInfo"u8))
        {
            if (!reader.TryReadBytes(out value))
                return false;
            CertInfo = value.ToArray();
            return true;
        }
        if (name.SequenceEqual("pubArea"u8))
        {
            if (!reader.TryReadBytes(out value))
                return false;
            PubArea = value.ToArray();
            return true;
        }
        if (name.SequenceEqual("response"u8))
        {
            if (!reader.TryReadBytes(out value))
                return false;
            Response = value.ToArray();
            return true;
        }
        HasEcdaaKeyId |= name.SequenceEqual("ecdaaKeyId"u8);
        return reader.TrySkip(out _);
    }

    private bool TryReadCertificates(ref CborReader reader)
    {
        if (!reader.TryStartArray())
            return false;
        var certificates = new List<ReadOnlyMemory<byte>>();
        while (reader.HasNext)
        {
            if (certificates.Count == MaxCertificates || !reader.TryReadBytes(out var certificate) || certificate.IsEmpty)
                return false;
            certificates.Add(certificate.ToArray());
        }
        Certificates = certificates;
        return reader.TryEnd() && certificates.Count > 0;
    }
}
