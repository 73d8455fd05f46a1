using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>How a server is asked for the next tokens, and what it calls them.</summary>
/// <param name="Start">What comes before the refresh token.</param>
/// <param name="End">What comes after it.</param>
/// <param name="AccessToken">The name in the answer, up to the first character of the token.</param>
internal sealed record Refreshing(byte[] Start, byte[] End, byte[] AccessToken)
{
    public static Refreshing OfOurs { get; } = new("{\"refresh_token\":\""u8.ToArray(), "\"}"u8.ToArray(), "\"auth_token\":\""u8.ToArray());

    /// <summary>As OAuth has it (RFC 6749 §6), from a public client.</summary>
    public static Refreshing OfOAuth { get; } = new(
        Encoding.ASCII.GetBytes($"grant_type=refresh_token&client_id={Contender.AppId}&refresh_token="),
        [],
        "\"access_token\":\""u8.ToArray());
}

/// <summary>Somebody who is signed in: one refresh changes the refresh token for the next one and an access token.</summary>
internal sealed class BenchSession(string userId, Refreshing refreshing)
{
    private readonly byte[] subject = Encoding.UTF8.GetBytes($"\"sub\":\"{userId}\"");
    private readonly ArrayBufferWriter<byte> body = new(256);
    private byte[] refreshToken = [];

    /// <summary>One that begins with a refresh token which somebody else has got.</summary>
    public static BenchSession Of(string userId, Refreshing refreshing, string refreshToken) => new(userId, refreshing)
    {
        refreshToken = Encoding.ASCII.GetBytes(refreshToken),
    };

    /// <exception cref="InvalidOperationException">The server refused, or its token names somebody else.</exception>
    public async ValueTask RefreshAsync(Connection server)
    {
        body.ResetWrittenCount();
        body.Write(refreshing.Start);
        body.Write(refreshToken);
        body.Write(refreshing.End);
        Take((await server.CallAsync(Operation.RefreshSession, body.WrittenMemory)).Span);
    }

    /// <summary>Goes on with what an answer holds.</summary>
    public void Take(ReadOnlySpan<byte> answer)
    {
        var token = Connection.Text(answer, refreshing.AccessToken);
        var claims = token[(token.IndexOf((byte)'.') + 1)..token.LastIndexOf((byte)'.')];
        Span<byte> json = stackalloc byte[1024];
        if (!Base64Url.TryDecodeFromUtf8(claims, json, out var length) || json[..length].IndexOf(subject) < 0)
            throw new InvalidOperationException($"{userId} was signed in and the token is {Encoding.UTF8.GetString(token)}.");
        refreshToken = Connection.Text(answer, "\"refresh_token\":\""u8).ToArray();
    }
}
