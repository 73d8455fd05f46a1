using System.Text.Json;
using OpenPassage.WebAuthn.Cbor;

namespace OpenPassage.WebAuthn;

/// <summary>
/// What client and authenticator report about the extensions known here (§9, §10.1). Unknown ones are ignored,
/// missing ones are null, unsolicited ones are reported like the others. What a PRF or a large blob holds is the client's secret:
/// it should not be sent, and is never read.
/// </summary>
public sealed record ExtensionOutputs
{
    /// <summary>No extension said anything.</summary>
    public static ExtensionOutputs None { get; } = new();

    /// <summary>The assertion was made for the FIDO AppID (§10.1.1).</summary>
    public bool? AppId { get; init; }

    /// <summary>The client acted on the exclusion of FIDO U2F credentials (§10.1.2).</summary>
    public bool? AppIdExclude { get; init; }

    /// <summary><c>credProps.rk</c>: whether the credential is discoverable (§10.1.3).</summary>
    public bool? Discoverable { get; init; }

    /// <summary><c>prf.enabled</c>: whether the credential can evaluate a PRF (§10.1.4).</summary>
    public bool? PrfEnabled { get; init; }

    /// <summary><c>largeBlob.supported</c>: whether the credential can keep a blob (§10.1.5).</summary>
    public bool? LargeBlobSupported { get; init; }

    /// <summary><c>largeBlob.written</c>: whether the blob was kept (§10.1.5).</summary>
    public bool? LargeBlobWritten { get; init; }

    /// <summary>The credential's protection policy, from authenticator data (CTAP 2.1 §12.1).</summary>
    public CredentialProtection? CredentialProtection { get; init; }

    /// <summary>The authenticator's minimum PIN length in characters, from authenticator data (CTAP 2.1 §12.4).</summary>
    public int? MinPinLength { get; init; }

    /// <summary>Whether a secret for <c>hmac-secret</c> was made, from authenticator data (CTAP 2.1 §12.5).</summary>
    public bool? HmacSecret { get; init; }

    /// <summary>A known extension's output was not of its declared type.</summary>
    internal bool Malformed { get; private init; }

    /// <summary>Reads <c>clientExtensionResults</c>; the reader is at its start, and is left at its end.</summary>
    internal static ExtensionOutputs Read(scoped ref Utf8JsonReader reader)
    {
        // Made once, at the end, so that a member repeated many times costs nothing.
        bool? appId = null, appIdExclude = null, rk = null, prf = null, supported = null, written = null;
        var good = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("appid"u8))
                good &= ReadFlag(ref reader, out appId);
            else if (reader.ValueTextEquals("appidExclude"u8))
                good &= ReadFlag(ref reader, out appIdExclude);
            else if (reader.ValueTextEquals("credProps"u8))
                good &= ReadFlagIn(ref reader, "rk"u8, default, out rk, out _);
            else if (reader.ValueTextEquals("prf"u8))
                good &= ReadFlagIn(ref reader, "enabled"u8, default, out prf, out _);
            else if (reader.ValueTextEquals("largeBlob"u8))
                good &= ReadFlagIn(ref reader, "supported"u8, "written"u8, out supported, out written);
            else
                Pass(ref reader);
        }
        if (good && (appId ?? appIdExclude ?? rk ?? prf ?? supported ?? written) is null)
            return None;
        return new ExtensionOutputs
        {
            AppId = appId,
            AppIdExclude = appIdExclude,
            Discoverable = rk,
            PrfEnabled = prf,
            LargeBlobSupported = supported,
            LargeBlobWritten = written,
            Malformed = !good,
        };
    }

    /// <summary>These and the authenticator's own, from the map in authenticator data.</summary>
    internal ExtensionOutputs With(ReadOnlySpan<byte> authenticatorExtensions)
    {
        if (authenticatorExtensions.IsEmpty)
            return this;
        var outputs = this;
        var reader = new CborReader(authenticatorExtensions);
        reader.TryStartMap();
        while (reader.HasNext)
        {
            if (reader.Peek() != CborType.Text)
            {
                reader.TrySkip(out _);
                reader.TrySkip(out _);
                continue;
            }
            reader.TryReadText(out var name);
            if (name.SequenceEqual("credProtect"u8))
                outputs = reader.TryReadInt32(out var level) && level is >= 1 and <= 3
                    ? outputs with { CredentialProtection = (CredentialProtection)level } : Bad(outputs);
            else if (name.SequenceEqual("minPinLength"u8))
                outputs = reader.TryReadInt32(out var length) && length >= 0 ? outputs with { MinPinLength = length } : Bad(outputs);
            else if (name.SequenceEqual("hmac-secret"u8) && reader.Peek() == CborType.Boolean && reader.TryReadBoolean(out var made))
                outputs = outputs with { HmacSecret = made };
            else
                reader.TrySkip(out _); // An assertion's hmac-secret is encrypted bytes for the client alone.
        }
        return outputs;
    }

    private static ExtensionOutputs Bad(ExtensionOutputs outputs) => outputs with { Malformed = true };

    private static void Pass(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>A boolean, or null. Anything else is skipped, and the answer is false.</summary>
    private static bool ReadFlag(scoped ref Utf8JsonReader reader, out bool? flag)
    {
        Pass(ref reader);
        flag = reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => null,
        };
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null;
    }

    /// <summary>An object (or null) and its one or two flags; its other members are skipped.</summary>
    private static bool ReadFlagIn(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, out bool? firstFlag, out bool? secondFlag)
    {
        (firstFlag, secondFlag) = (null, null);
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }
        var good = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(first))
                good &= ReadFlag(ref reader, out firstFlag);
            else if (!second.IsEmpty && reader.ValueTextEquals(second))
                good &= ReadFlag(ref reader, out secondFlag);
            else
                Pass(ref reader);
        }
        return good;
    }
}

/// <summary>When a credential may be used (CTAP 2.1 §12.1).</summary>
public enum CredentialProtection
{
    /// <summary>User verification is optional.</summary>
    UserVerificationOptional = 1,

    /// <summary>User verification is optional where the credential is named in <c>allowCredentials</c>.</summary>
    UserVerificationOptionalWithCredentialIds = 2,

    /// <summary>User verification is always required.</summary>
    UserVerificationRequired = 3,
}
