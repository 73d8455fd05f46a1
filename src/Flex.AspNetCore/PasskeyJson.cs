using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace OpenPassage.Flex.AspNetCore;

// What page and endpoints tell each other, whatever JSON options the application has set for itself.

internal sealed record Page(string AppId, string Server, string AntiforgeryHeader, string AntiforgeryToken, string? SignInUrl);

internal sealed record Transaction(string? TransactionId);

internal sealed record Proof(string Nonce, string? ReturnUrl = null);

internal sealed record SignedIn(string ReturnUrl);

internal sealed record Name([property: JsonPropertyName("name")] string Text);

internal sealed record Passkeys([property: JsonPropertyName("passkeys")] IReadOnlyList<Passkey> List);

internal sealed record Passkey(
    string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, string? IconLight, string? IconDark)
{
    public static Passkey Of(PassageDevice device) =>
        new(device.Id, device.FriendlyName, device.CreatedAt, device.LastLoginAt, device.Icons.Light, device.Icons.Dark);
}

/// <summary>What is left, for <c>passkey.signalAccepted()</c>; null when the server does not say.</summary>
internal sealed record Revoked(PasskeySignals? Signals);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(Page))]
[JsonSerializable(typeof(Transaction))]
[JsonSerializable(typeof(Proof))]
[JsonSerializable(typeof(SignedIn))]
[JsonSerializable(typeof(Name))]
[JsonSerializable(typeof(Passkeys))]
[JsonSerializable(typeof(Revoked))]
internal sealed partial class PasskeyJson : JsonSerializerContext;

internal static class Json
{
    public static IResult Of<T>(T value, JsonTypeInfo<T> type) => TypedResults.Json(value, type);

    /// <summary>The request's body.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not what is expected; the caller is told so.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class =>
        // A form can be sent from any site without asking; JSON cannot.
        http.Request.HasJsonContentType()
            ? await http.Request.ReadFromJsonAsync(type, http.RequestAborted)
                ?? throw new System.Text.Json.JsonException("The body is null.")
            : throw new System.Text.Json.JsonException("The body is not JSON.");
}
