using System.Text;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>A name of X.501 as a flat list of attributes: §8 does not care how they are grouped into RDNs.</summary>
internal sealed class DistinguishedName
{
    // Real names have up to eight.
    private const int MaxAttributes = 64;

    private readonly List<(byte[] Type, string Value)> attributes = [];

    public bool IsEmpty => attributes.Count == 0;

    public string? Country => Find([0x55, 0x04, 0x06]);

    public string? Organization => Find([0x55, 0x04, 0x0A]);

    public string? OrganizationalUnit => Find([0x55, 0x04, 0x0B]);

    public string? CommonName => Find([0x55, 0x04, 0x03]);

    /// <summary>The first value of an attribute, whose type is given by its DER content.</summary>
    public string? Find(ReadOnlySpan<byte> type)
    {
        foreach (var (candidate, value) in attributes)
        {
            if (type.SequenceEqual(candidate))
                return value;
        }
        return null;
    }

    /// <summary>The name; null when the bytes are not one, or have more than 64 attributes.</summary>
    public static DistinguishedName? Read(ReadOnlySpan<byte> der)
    {
        var name = new DistinguishedName();
        if (!DerReader.TryReadOnly(der, DerTag.Sequence, out var sequence))
            return null;
        var relativeNames = new DerReader(sequence);
        while (!relativeNames.AtEnd)
        {
            if (!relativeNames.TryRead(DerTag.Set, out var set))
                return null;
            var members = new DerReader(set);
            while (!members.AtEnd)
            {
                if (name.attributes.Count == MaxAttributes || !members.TryRead(DerTag.Sequence, out var attribute))
                    return null;
                var pair = new DerReader(attribute);
                if (!pair.TryRead(DerTag.Oid, out var type) || !pair.TryRead(out var kind, out var value) || !pair.AtEnd)
                    return null;
                name.attributes.Add((type.ToArray(), Text(kind, value)));
            }
        }
        return name;
    }

    private static string Text(int kind, ReadOnlySpan<byte> value) =>
        // Strings with two or four octets a character are older than any authenticator: such a value equals nothing here.
        kind is DerTag.Utf8String or DerTag.PrintableString or DerTag.Ia5String ? Encoding.UTF8.GetString(value) : "";
}

/// <summary>Subject alternative names, as far as §8 asks for them.</summary>
internal sealed class SubjectAltName
{
    // Hundreds of hosts may share a certificate, thousands do not.
    private const int MaxNames = 1024;

    /// <summary>Host names.</summary>
    public List<string> DnsNames { get; } = [];

    /// <summary>The directory name, of which there is one in a TPM's certificate.</summary>
    public DistinguishedName? DirectoryName { get; private set; }

    /// <summary>The names; null when the bytes are not names, or there are too many.</summary>
    public static SubjectAltName? Read(ReadOnlySpan<byte> der)
    {
        var names = new SubjectAltName();
        if (!DerReader.TryReadOnly(der, DerTag.Sequence, out var sequence))
            return null;
        var reader = new DerReader(sequence);
        while (!reader.AtEnd)
        {
            if (!reader.TryRead(out var tag, out var content) || names.DnsNames.Count == MaxNames)
                return null;
            if (tag == DerTag.Implicit(2))
                names.DnsNames.Add(Encoding.UTF8.GetString(content));
            else if (tag == DerTag.Explicit(4))
                names.DirectoryName ??= DistinguishedName.Read(content);
        }
        return names;
    }
}
