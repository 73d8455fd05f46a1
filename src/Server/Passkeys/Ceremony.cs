using System.Text.Json;
using System.Text.Json.Serialization;
using OpenPassage.Server.Http;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>What a step of a ceremony came to: its result, or the refusal. Both convert by themselves.</summary>
/// <param name="Value">The result, where there is no refusal.</param>
/// <param name="Refusal">Null: there is a result.</param>
internal readonly record struct CeremonyOutcome<T>(T Value, Refusal? Refusal)
{
    public static implicit operator CeremonyOutcome<T>(T value) => new(value, Refusal: null);

    public static implicit operator CeremonyOutcome<T>(Refusal refusal) => new(default!, refusal);
}

/// <summary>A ceremony that the browser may begin: its sealed state, and what to pass to <c>navigator.credentials</c>.</summary>
internal readonly record struct StartedCeremony(string Handshake, CeremonyOptions PublicKey)
{
    /// <summary>The passkeys that the options of a sign-in name; null: they name none. Not public: it is no part of the JSON.</summary>
    internal IReadOnlyList<CredentialDescriptor>? Offered { get; init; }
}

/// <summary>Creation or request options (§5.4, §5.5): the core writes its own JSON.</summary>
[JsonConverter(typeof(CeremonyOptionsJson))]
internal sealed class CeremonyOptions(Action<Utf8JsonWriter> write)
{
    public void WriteTo(Utf8JsonWriter writer) => write(writer);
}

internal sealed class CeremonyOptionsJson : JsonConverter<CeremonyOptions>
{
    public override CeremonyOptions Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, CeremonyOptions value, JsonSerializerOptions options) => value.WriteTo(writer);
}
