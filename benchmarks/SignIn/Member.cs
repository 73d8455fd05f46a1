using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// Somebody with an account at an app of Complete and a passkey whose key is held in memory: one sign-in is two calls and one fresh
/// ES256 signature, and its answer holds both tokens.
/// </summary>
internal sealed class Member
{
    private readonly HeldPasskey held;
    private readonly byte[] startBody;
    private readonly byte[] finishEnd;
    private readonly ArrayBufferWriter<byte> body = new(2048);

    private Member(string email, string userId, Passkey passkey)
    {
        held = new(passkey);
        Session = new(userId, Refreshing.OfOurs);
        startBody = Encoding.UTF8.GetBytes($$"""{"identifier":"{{email}}"}""");
        finishEnd = Encoding.UTF8.GetBytes($$""","user_id":"{{userId}}"}""");
    }

    /// <summary>As the last sign-in began it.</summary>
    public BenchSession Session { get; }

    /// <summary>Signs up through the real API.</summary>
    public static async Task<Member> SignUpAsync(Connection server, string email)
    {
        var authenticator = new SoftwareAuthenticator { Algorithm = Alg.ES256, SignCountStep = 0 };
        var started = JsonNode.Parse(
            (await server.CallAsync(Operation.StartSignUp, Encoding.UTF8.GetBytes($$"""{"identifier":"{{email}}"}"""))).Span)!;
        var (handshake, userId) = (started["handshake"]!, (string)started["user"]!["id"]!);
        var ceremony = authenticator.Create(handshake["challenge"]!.ToJsonString(), Contender.Origin);
        var finished = await server.CallAsync(
            Operation.FinishSignUp,
            Encoding.UTF8.GetBytes(
                $$"""{"user_id":"{{userId}}","handshake_id":"{{handshake["id"]}}","handshake_response":{{ceremony.ToJson()}}}"""));
        var member = new Member(email, userId, ceremony.Passkey);
        member.Session.Take(finished.Span);
        return member;
    }

    /// <summary>One whole sign-in.</summary>
    /// <exception cref="InvalidOperationException">The server refused, or its token names somebody else.</exception>
    public async ValueTask SignInAsync(Connection server)
    {
        var started = await server.CallAsync(Operation.StartLogin, startBody);
        Session.Take((await server.CallAsync(Operation.FinishLogin, Finish(started.Span))).Span);
    }

    private ReadOnlyMemory<byte> Finish(ReadOnlySpan<byte> started)
    {
        body.ResetWrittenCount();
        body.Write("{\"handshake_id\":\""u8);
        body.Write(Connection.Text(started, "\"handshake\":{\"id\":\""u8));
        body.Write("\",\"handshake_response\":"u8);
        held.Answer(Connection.Text(started, "\"challenge\":\""u8), body);
        body.Write(finishEnd);
        return body.WrittenMemory;
    }
}
