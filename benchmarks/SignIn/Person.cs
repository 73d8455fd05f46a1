using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>Somebody with a passkey whose key is held in memory: one sign-in is four calls and one fresh ES256 signature.</summary>
internal sealed class Person
{
    private readonly ECDsa key;
    private readonly byte[] signed = new byte[37 + SHA256.HashSizeInBytes];
    private readonly string transactionBody;
    private readonly string responseStart;
    private readonly string responseEnd;

    /// <param name="externalId">The backend's name for the person.</param>
    /// <param name="passkey">An ES256 passkey without a counter, as synced passkeys have none.</param>
    public Person(string externalId, Passkey passkey)
    {
        ExternalId = externalId;
        Passkey = passkey;
        key = ((EcKey)passkey.Key).Pair;
        SHA256.HashData("localhost"u8, signed);
        signed[32] = 0b101; // user present and verified
        var id = Base64Url.EncodeToString(passkey.Id);
        transactionBody = $$"""{"external_id":"{{externalId}}"}""";
        responseStart = $$"""{"id":"{{id}}","rawId":"{{id}}","type":"public-key","response":{"userHandle":"{{Base64Url.EncodeToString(passkey.UserHandle)}}","clientDataJSON":""" + "\"";
        responseEnd = "\"}}";
    }

    public string ExternalId { get; }

    public Passkey Passkey { get; }

    /// <summary>Somebody whom a server can be given at its start.</summary>
    public static Person Make(string externalId) => new(externalId, new Passkey
    {
        Id = RandomNumberGenerator.GetBytes(32),
        RpId = "localhost",
        UserHandle = RandomNumberGenerator.GetBytes(32),
        Key = SigningKey.Create(Alg.ES256),
    });

    /// <summary>Makes the person and the passkey through the real API.</summary>
    public static async Task<Person> RegisterAsync(Api api, string externalId)
    {
        var authenticator = new SoftwareAuthenticator { Algorithm = Alg.ES256, SignCountStep = 0 };
        var transaction = Api.Field(await api.ManageAsync("transactions/register", $$"""{"external_id":"{{externalId}}","passkey_display_name":"{{externalId}}"}"""), "transaction_id");
        var start = await api.BrowseAsync("register/transactions/webauthn/start", $$"""{"transaction_id":"{{transaction}}"}""");
        using var options = System.Text.Json.JsonDocument.Parse(start);
        var handshake = options.RootElement.GetProperty("handshake");
        var ceremony = authenticator.Create(handshake.GetProperty("challenge").GetRawText(), Contender.Origin);
        await api.BrowseAsync(
            "register/transactions/webauthn/finish",
            $$"""{"transaction_id":"{{transaction}}","handshake_id":"{{handshake.GetProperty("id").GetString()}}","handshake_response":{{ceremony.ToJson()}}}""");
        return new Person(externalId, ceremony.Passkey);
    }

    /// <summary>One whole sign-in.</summary>
    /// <exception cref="InvalidOperationException">The server refused, or named somebody else.</exception>
    public async Task SignInAsync(Api api)
    {
        var transaction = Api.Field(await api.ManageAsync("transactions/authenticate", transactionBody), "transaction_id");
        var start = await api.BrowseAsync("authenticate/transactions/webauthn/start", $$"""{"transaction_id":"{{transaction}}"}""");
        var handshake = Api.Field(start, "id");
        var response = Answer(Api.Field(start, "challenge"));
        var nonce = Api.Field(
            await api.BrowseAsync(
                "authenticate/transactions/webauthn/finish",
                $$"""{"transaction_id":"{{transaction}}","handshake_id":"{{handshake}}","handshake_response":{{response}}}"""),
            "nonce");
        var who = Api.Field(await api.ManageAsync("authenticate/verify", $$"""{"nonce":"{{nonce}}"}"""), "external_id");
        if (who != ExternalId)
            throw new InvalidOperationException($"{ExternalId} signed in and the server says {who}.");
    }

    /// <summary>The person as the peer wants to be told at its start.</summary>
    public JsonObject ToSeed() => new()
    {
        ["external_id"] = ExternalId,
        ["user_handle"] = Base64Url.EncodeToString(Passkey.UserHandle),
        ["credential_id"] = Base64Url.EncodeToString(Passkey.Id),
        ["public_key"] = Base64Url.EncodeToString(Passkey.Key.ToCose().ToBytes()),
    };

    private string Answer(string challenge)
    {
        var clientData = Encoding.UTF8.GetBytes($$"""{"type":"webauthn.get","challenge":"{{challenge}}","origin":"{{Contender.Origin}}","crossOrigin":false}""");
        SHA256.HashData(clientData, signed.AsSpan(37));
        var signature = key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return $"{responseStart}{Base64Url.EncodeToString(clientData)}\",\"authenticatorData\":\"{Base64Url.EncodeToString(signed.AsSpan(0, 37))}\",\"signature\":\"{Base64Url.EncodeToString(signature)}{responseEnd}";
    }
}
