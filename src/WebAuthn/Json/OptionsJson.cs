using System.Buffers;
using System.Text.Json;

namespace OpenPassage.WebAuthn.Json;

/// <summary>What all JSON for a browser has in common.</summary>
internal static class OptionsJson
{
    public static byte[] ToUtf8(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    public static void WriteCredentials(
        this Utf8JsonWriter writer, ReadOnlySpan<byte> member, IReadOnlyList<CredentialDescriptor> credentials)
    {
        writer.WriteStartArray(member);
        foreach (var credential in credentials)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "public-key"u8);
            writer.WriteString("id"u8, credential.Id.ToString());
            if (credential.Transports.Count > 0)
            {
                writer.WriteStartArray("transports"u8);
                foreach (var transport in credential.Transports)
                    writer.WriteStringValue(transport);
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public static void WriteHints(this Utf8JsonWriter writer, IReadOnlyList<Hint> hints)
    {
        if (hints.Count == 0)
            return;
        writer.WriteStartArray("hints"u8);
        foreach (var hint in hints)
            writer.WriteStringValue(hint.ToWord());
        writer.WriteEndArray();
    }
}
