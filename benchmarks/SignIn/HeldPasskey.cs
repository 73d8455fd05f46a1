using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OpenPassage.Authenticator;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// A passkey whose key is held in memory, and what a browser sends of it: prepared bytes around one fresh ES256 signature.
/// </summary>
internal sealed class HeldPasskey
{
    private const int AuthenticatorDataLength = 37;

    private static readonly byte[] ClientDataEnd = Encoding.UTF8.GetBytes(
        "\"" + $$""","origin":"{{Contender.Origin}}","crossOrigin":false}""");

    private readonly ECDsa key;
    private readonly byte[] signed = new byte[AuthenticatorDataLength + SHA256.HashSizeInBytes];
    private readonly byte[] responseStart;
    private readonly byte[] responseMiddle;

    /// <param name="passkey">An ES256 passkey without a counter, as synced passkeys have none.</param>
    public HeldPasskey(Passkey passkey)
    {
        key = ((EcKey)passkey.Key).Pair;
        SHA256.HashData("localhost"u8, signed);
        signed[32] = 0b101; // user present and verified
        var id = Base64Url.EncodeToString(passkey.Id);
        var handle = Base64Url.EncodeToString(passkey.UserHandle);
        var authenticatorData = Base64Url.EncodeToString(signed.AsSpan(0, AuthenticatorDataLength));
        responseStart = Encoding.UTF8.GetBytes(
            $$"""{"id":"{{id}}","rawId":"{{id}}","type":"public-key","response":""" +
            $$"""{"userHandle":"{{handle}}","clientDataJSON":""" + "\"");
        responseMiddle = Encoding.UTF8.GetBytes("\"" + $$""","authenticatorData":"{{authenticatorData}}","signature":""" + "\"");
    }

    /// <summary>Writes the JSON of the credential that answers a challenge.</summary>
    public void Answer(ReadOnlySpan<byte> challenge, IBufferWriter<byte> body)
    {
        Span<byte> clientData = stackalloc byte[256];
        clientData = clientData[..Concatenate(clientData, "{\"type\":\"webauthn.get\",\"challenge\":\""u8, challenge, ClientDataEnd)];
        SHA256.HashData(clientData, signed.AsSpan(AuthenticatorDataLength));
        Span<byte> signature = stackalloc byte[80];
        if (!key.TrySignData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence, out var length))
            throw new InvalidOperationException("An ES256 signature is longer than its longest.");

        body.Write(responseStart);
        WriteBase64Url(clientData, body);
        body.Write(responseMiddle);
        WriteBase64Url(signature[..length], body);
        body.Write("\"}}"u8);
    }

    private static void WriteBase64Url(ReadOnlySpan<byte> bytes, IBufferWriter<byte> body) =>
        body.Advance(Base64Url.EncodeToUtf8(bytes, body.GetSpan(Base64Url.GetEncodedLength(bytes.Length))));

    private static int Concatenate(Span<byte> into, ReadOnlySpan<byte> start, ReadOnlySpan<byte> text, ReadOnlySpan<byte> end)
    {
        start.CopyTo(into);
        text.CopyTo(into[start.Length..]);
        end.CopyTo(into[(start.Length + text.Length)..]);
        return start.Length + text.Length + end.Length;
    }
}
