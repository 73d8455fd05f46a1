using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenPassage.Complete.Tests;

/// <summary>An RSA key of a server's, or of a thief's.</summary>
internal sealed record TokenKey(string Kid, RSA Rsa)
{
    /// <summary>A new key; its id has 24 characters, as Passage's have.</summary>
    public static TokenKey New(string name = "key", int bits = 2048) => new(name.PadRight(24, '0'), RSA.Create(bits));

    /// <summary>The public part, as jwks.json has it.</summary>
    public JsonObject ToJwk()
    {
        var parameters = Rsa.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["alg"] = "RS256",
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
            ["kid"] = Kid,
            ["kty"] = "RSA",
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["use"] = "sig",
        };
    }

    public byte[] Sign(string text) => Rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}

/// <summary>Makes a good token, and lets a test bend one thing of it.</summary>
internal sealed class TokenMaker(TokenKey key, TimeProvider time, string appId = TokenMaker.AppId)
{
    public const string AppId = "shop";
    public const string Issuer = "https://passkeys.example.com/v1/apps/shop";

    // Making a key takes a tenth of a second.
    public static readonly TokenKey Right = TokenKey.New("right");
    public static readonly TokenKey Thiefs = TokenKey.New("thief");

    public TokenKey Key => key;

    public JsonObject Header() => new() { ["alg"] = "RS256", ["kid"] = key.Kid, ["typ"] = "JWT" };

    public JsonObject Claims()
    {
        var issued = time.GetUtcNow().ToUnixTimeSeconds() - 5;
        return new JsonObject
        {
            ["aud"] = new JsonArray("https://shop.example.com", appId),
            ["exp"] = issued + 600,
            ["iat"] = issued,
            ["iss"] = Issuer,
            ["nbf"] = issued,
            ["sub"] = "user-of-the-shop",
            ["sid"] = "session-of-the-user",
            ["amr"] = new JsonArray("hwk", "user"),
            ["auth_time"] = issued,
        };
    }

    public string Make(Action<JsonObject>? claims = null, Action<JsonObject>? header = null, Func<string, byte[]>? sign = null)
    {
        var (head, body) = (Header(), Claims());
        header?.Invoke(head);
        claims?.Invoke(body);
        return MakeOf(head.ToJsonString(), body.ToJsonString(), sign);
    }

    public string MakeOf(string header, string payload, Func<string, byte[]>? sign = null)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString((sign ?? key.Sign)(signed))}";
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}

/// <summary>A server that publishes keys, which a test changes as it likes.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private StandIn standIn = null!;

    public ConcurrentDictionary<string, TokenKey> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>What it answers instead of keys; 200: the keys.</summary>
    public int Status { get; set; } = 200;

    /// <summary>What each request waits for.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    public int Requests => standIn.Requests.Count;

    public IEnumerable<(string Line, string Body, Microsoft.AspNetCore.Http.IHeaderDictionary Headers)> Seen => standIn.Requests;

    public Uri Address => standIn.Address;

    public static async Task<KeyServer> StartAsync(params TokenKey[] keys)
    {
        var server = new KeyServer();
        foreach (var key in keys)
            server.Keys[key.Kid] = key;
        server.standIn = await StandIn.StartAsync(async (http, _) =>
        {
            await server.Hold;
            var set = new JsonObject { ["keys"] = new JsonArray([.. server.Keys.Values.Select(key => key.ToJwk())]) };
            await http.AnswerAsync(server.Status, server.Status == 200 ? set.ToJsonString() : "");
        });
        return server;
    }

    public Passage NewClient(TimeProvider time, string? issuer = null) =>
        new(TokenMaker.AppId, new PassageOptions { BaseAddress = Address, TimeProvider = time, Issuer = issuer });

    public ValueTask DisposeAsync() => standIn.DisposeAsync();
}
