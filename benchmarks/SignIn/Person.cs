using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>Somebody with a passkey whose key is held in memory: one sign-in is four calls and one fresh ES256 signature.</summary>
internal sealed class Person
{
    private readonly HeldPasskey held;
    private readonly byte[] externalIdUtf8;
    private readonly byte[] transactionBody;
    private readonly ArrayBufferWriter<byte> body = new(2048);

    /// <param name="externalId">The backend's name for the person.</param>
    /// <param name="passkey">An ES256 passkey without a counter, as synced passkeys have none.</param>
    public Person(string externalId, Passkey passkey)
    {
        ExternalId = externalId;
        Passkey = passkey;
        held = new(passkey);
        externalIdUtf8 = Encoding.UTF8.GetBytes(externalId);
        transactionBody = Encoding.UTF8.GetBytes($$"""{"external_id":"{{externalId}}"}""");
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
    public static async Task<Person> RegisterAsync(Connection server, string externalId)
    {
        var authenticator = new SoftwareAuthenticator { Algorithm = Alg.ES256, SignCountStep = 0 };
        var created = await server.CallAsync(
            Operation.CreateRegisterTransaction,
            Encoding.UTF8.GetBytes($$"""{"external_id":"{{externalId}}","passkey_display_name":"{{externalId}}"}"""));
        var transaction = Encoding.UTF8.GetString(Connection.Text(created.Span, "\"transaction_id\":\""u8));
        var started = await server.CallAsync(
            Operation.StartRegistration, Encoding.UTF8.GetBytes($$"""{"transaction_id":"{{transaction}}"}"""));
        var handshake = JsonNode.Parse(started.Span)!["handshake"]!;
        var ceremony = authenticator.Create(handshake["challenge"]!.ToJsonString(), Contender.Origin);
        await server.CallAsync(
            Operation.FinishRegistration,
            Encoding.UTF8.GetBytes(
                $$"""{"transaction_id":"{{transaction}}","handshake_id":"{{handshake["id"]}}","handshake_response":""" +
                $"{ceremony.ToJson()}}}"));
        return new Person(externalId, ceremony.Passkey);
    }

    /// <summary>One whole sign-in.</summary>
    /// <exception cref="InvalidOperationException">The server refused, or named somebody else.</exception>
    public async ValueTask SignInAsync(Connection server)
    {
        var created = await server.CallAsync(Operation.CreateAuthenticateTransaction, transactionBody);
        var transaction = Connection.Text(created.Span, "\"transaction_id\":\""u8).ToArray();
        var started = await server.CallAsync(Operation.StartAuthentication, Body("{\"transaction_id\":\""u8, transaction, "\"}"u8));
        var finished = await server.CallAsync(
            Operation.FinishAuthentication,
            Finish(transaction, Connection.Text(started.Span, "\"id\":\""u8), Connection.Text(started.Span, "\"challenge\":\""u8)));
        var verified = await server.CallAsync(
            Operation.VerifyNonce, Body("{\"nonce\":\""u8, Connection.Text(finished.Span, "\"nonce\":\""u8), "\"}"u8));
        var who = Connection.Text(verified.Span, "\"external_id\":\""u8);
        if (!who.SequenceEqual(externalIdUtf8))
            throw new InvalidOperationException($"{ExternalId} signed in and the server says {Encoding.UTF8.GetString(who)}.");
    }

    /// <summary>The person as the peer wants to be told at its start.</summary>
    public JsonObject ToSeed() => new()
    {
        ["external_id"] = ExternalId,
        ["user_handle"] = Base64Url.EncodeToString(Passkey.UserHandle),
        ["credential_id"] = Base64Url.EncodeToString(Passkey.Id),
        ["public_key"] = Base64Url.EncodeToString(Passkey.Key.ToCose().ToBytes()),
    };

    private ReadOnlyMemory<byte> Body(ReadOnlySpan<byte> start, ReadOnlySpan<byte> text, ReadOnlySpan<byte> end)
    {
        body.ResetWrittenCount();
        body.Write(start);
        body.Write(text);
        body.Write(end);
        return body.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Finish(ReadOnlySpan<byte> transaction, ReadOnlySpan<byte> handshake, ReadOnlySpan<byte> challenge)
    {
        Body("{\"transaction_id\":\""u8, transaction, "\",\"handshake_id\":\""u8);
        body.Write(handshake);
        body.Write("\",\"handshake_response\":"u8);
        held.Answer(challenge, body);
        body.Write("}"u8);
        return body.WrittenMemory;
    }
}
