using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// The least HTTP/1.1 that can call a server, for one client: bytes go out as they were prepared, and of an answer only status,
/// length and what is asked for are read. What the generator uses, the servers on the same cores cannot have.
/// </summary>
internal sealed class Connection : IDisposable
{
    /// <summary>Of .NET's sockets on Linux.</summary>
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>
    {
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
    };

    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Contender server;
    private readonly byte[] request = new byte[8 * 1024];
    private readonly byte[] received = new byte[16 * 1024];

    private Connection(Contender server) => this.server = server;

    /// <summary>
    /// One thread waits for all connections and goes on with whichever has been answered: no thread is woken for an answer. Comes
    /// before the first connection of the process, and is not for the servers that it starts (<see cref="Contender"/>).
    /// </summary>
    public static void UseOneThread()
    {
        foreach (var (variable, value) in Settings)
            Environment.SetEnvironmentVariable(variable, value);
    }

    public static async Task<Connection> OpenAsync(Contender server)
    {
        var connection = new Connection(server);
        await connection.socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        return connection;
    }

    /// <summary>The first text of that name, at any depth; what names and values are in a sign-in is never escaped.</summary>
    /// <param name="answer">JSON without white space.</param>
    /// <param name="start">The name up to the first character of the text: <c>"nonce":"</c>.</param>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> start)
    {
        var at = answer.IndexOf(start);
        if (at >= 0)
        {
            var text = answer[(at + start.Length)..];
            var length = text.IndexOf((byte)'"');
            if (length >= 0)
                return text[..length];
        }
        throw new InvalidOperationException($"There is no {Encoding.UTF8.GetString(start)} in {Encoding.UTF8.GetString(answer)}");
    }

    /// <summary>One call.</summary>
    /// <returns>The body of the answer, until the next call.</returns>
    /// <exception cref="InvalidOperationException">The server refused, or answered what cannot be read.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> CallAsync(Operation operation, ReadOnlyMemory<byte> body)
    {
        await SendAsync(server.HeadOf(operation), body.Span);
        var (length, head) = (0, 0);
        do
        {
            length += await ReceiveAsync(received.AsMemory(length));
            head = received.AsSpan(0, length).IndexOf("\r\n\r\n"u8) + 4;
        }
        while (head < 4);
        var end = head + LengthOf(received.AsSpan(0, head));
        while (length < end)
            length += await ReceiveAsync(received.AsMemory(length, end - length));
        return length == end && received.AsSpan(0, head).StartsWith("HTTP/1.1 2"u8)
            ? received.AsMemory(head, end - head)
            : throw new InvalidOperationException($"{operation} was answered {Encoding.UTF8.GetString(received, 0, length)}");
    }

    public void Dispose() => socket.Dispose();

    private ValueTask<int> SendAsync(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        head.CopyTo(request);
        body.Length.TryFormat(request.AsSpan(head.Length), out var digits, default, CultureInfo.InvariantCulture);
        var length = head.Length + digits;
        "\r\n\r\n"u8.CopyTo(request.AsSpan(length));
        length += 4;
        body.CopyTo(request.AsSpan(length));
        // All of it: a stream's socket ends when everything is sent.
        return socket.SendAsync(request.AsMemory(0, length + body.Length));
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> into) => await socket.ReceiveAsync(into) is > 0 and var some
        ? some
        : throw new InvalidOperationException("The server hung up, or its answer is longer than any of a sign-in.");

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        foreach (var line in head.Split("\r\n"u8))
        {
            if (head[line] is [(byte)'C' or (byte)'c', ..] header
                && Ascii.EqualsIgnoreCase(header[..Math.Min(16, header.Length)], "Content-Length: "u8))
                return int.Parse(header[16..], CultureInfo.InvariantCulture);
        }
        throw new InvalidOperationException($"There is no Content-Length in {Encoding.UTF8.GetString(head)}");
    }
}
