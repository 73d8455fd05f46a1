using System.Formats.Asn1;

namespace OpenPassage.Authenticator;

/// <summary>DER values, to be put together as certificates and their extensions are.</summary>
public static class Der
{
    public static byte[] Sequence(params byte[][] members)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            WriteAll(writer, members);
        return writer.Encode();
    }

    public static byte[] Set(params byte[][] members)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
            WriteAll(writer, members);
        return writer.Encode();
    }

    /// <summary><c>[number] EXPLICIT</c>.</summary>
    public static byte[] Explicit(int number, params byte[][] members)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, number)))
            WriteAll(writer, members);
        return writer.Encode();
    }

    public static byte[] Oid(string oid) => Write(writer => writer.WriteObjectIdentifier(oid));

    public static byte[] Integer(long value) => Write(writer => writer.WriteInteger(value));

    public static byte[] Enumerated(byte value) => [0x0A, 1, value];

    public static byte[] Boolean(bool value) => Write(writer => writer.WriteBoolean(value));

    public static byte[] Null() => Write(writer => writer.WriteNull());

    public static byte[] OctetString(params byte[] value) => Write(writer => writer.WriteOctetString(value));

    public static byte[] BitString(byte[] value) => Write(writer => writer.WriteBitString(value));

    public static byte[] Utf8(string value) => Write(writer => writer.WriteCharacterString(UniversalTagNumber.UTF8String, value));

    public static byte[] Printable(string value) => Write(writer => writer.WriteCharacterString(UniversalTagNumber.PrintableString, value));

    public static byte[] Time(DateTimeOffset value) =>
        Write(writer => writer.WriteGeneralizedTime(value, omitFractionalSeconds: true));

    /// <summary>A name, one attribute an RDN.</summary>
    public static byte[] Name(params (string Oid, string Value)[] attributes) =>
        Sequence([.. attributes.Select(attribute => Set(Sequence(Oid(attribute.Oid), Utf8(attribute.Value))))]);

    private static byte[] Write(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    private static void WriteAll(AsnWriter writer, byte[][] members)
    {
        foreach (var member in members)
            writer.WriteEncodedValue(member);
    }
}
