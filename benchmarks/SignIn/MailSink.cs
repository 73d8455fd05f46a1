using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// A mail server in this process that forgets what it takes, but for Message-IDs. It offers what Postfix offers: PIPELINING, SIZE,
/// 8BITMIME and CHUNKING. Receivers at <c>dead.example</c> get no answer until <see cref="Release"/>.
/// </summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;
    private TaskCompletionSource dead = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MailSink()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How often each message has come, by its Message-ID, and when it came first.</summary>
    public ConcurrentDictionary<string, (int Times, long At)> Taken { get; } = new(StringComparer.Ordinal);

    /// <summary>From now on the dead get no answer.</summary>
    public void Hold() => Volatile.Write(ref dead, new(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>From now on they get "later".</summary>
    public void Release() => Volatile.Read(ref dead).TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        Release();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(stopping.Token);
                socket.NoDelay = true;
                _ = Task.Run(() => ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // It ends.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await new Talk(this, stream).ServeAsync(stopping.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or EndOfStreamException)
        {
            // The other side has gone, or this one goes.
        }
    }

    private void Take(in ReadOnlySequence<byte> message)
    {
        var now = Stopwatch.GetTimestamp();
        var text = Encoding.ASCII.GetString(message.Slice(0, Math.Min(message.Length, 1024)));
        var at = text.IndexOf("Message-Id: <", StringComparison.OrdinalIgnoreCase) + 13;
        Taken.AddOrUpdate(text[at..text.IndexOf('@', at)], _ => (1, now), (_, one) => (one.Times + 1, one.At));
    }

    private sealed class Talk(MailSink sink, NetworkStream stream)
    {
        private static readonly byte[] End = "\r\n.\r\n"u8.ToArray();

        private readonly PipeReader reader = PipeReader.Create(stream);
        private readonly PipeWriter writer = PipeWriter.Create(stream);

        public async Task ServeAsync(CancellationToken cancellationToken)
        {
            Say("220 sink");
            while (true)
            {
                var line = await LineAsync(cancellationToken);
                switch (line.Split(' ', ':')[0].ToUpperInvariant())
                {
                    case "EHLO":
                        Say("250-sink\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-8BITMIME\r\n250 CHUNKING");
                        break;
                    case "RCPT" when line.Contains("@dead.example", StringComparison.Ordinal):
                        await writer.FlushAsync(cancellationToken);
                        await Volatile.Read(ref sink.dead).Task.WaitAsync(cancellationToken);
                        Say("450 later");
                        break;
                    case "DATA":
                        Say("354 go on");
                        await ContentAsync(text => text.IndexOf(End), End.Length, cancellationToken);
                        Say("250 taken");
                        break;
                    case "BDAT":
                        var length = int.Parse(line.Split(' ')[1]);
                        await ContentAsync(text => text.Length >= length ? length : -1, end: 0, cancellationToken);
                        Say("250 taken");
                        break;
                    case "QUIT":
                        Say("221 bye");
                        await writer.FlushAsync(cancellationToken);
                        return;
                    default:
                        Say("250 ok");
                        break;
                }
            }
        }

        private void Say(string answer) => writer.Write(Encoding.ASCII.GetBytes(answer + "\r\n"));

        // What was said goes out once there is nothing more to read: as it came, together.
        private async ValueTask<string> LineAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                if (!reader.TryRead(out var read))
                {
                    await writer.FlushAsync(cancellationToken);
                    read = await reader.ReadAsync(cancellationToken);
                }

                if (read.Buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = Encoding.ASCII.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                    reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                    return line;
                }

                if (read.IsCompleted)
                    throw new EndOfStreamException();
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                await writer.FlushAsync(cancellationToken);
            }
        }

        private async Task ContentAsync(Func<ReadOnlySequence<byte>, long> find, int end, CancellationToken cancellationToken)
        {
            await writer.FlushAsync(cancellationToken);
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                if (find(read.Buffer) is >= 0 and var length)
                {
                    sink.Take(read.Buffer.Slice(0, length));
                    reader.AdvanceTo(read.Buffer.GetPosition(length + end));
                    return;
                }

                if (read.IsCompleted)
                    throw new EndOfStreamException();
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
    }
}

internal static class Sequences
{
    /// <summary>Where something begins; -1: nowhere.</summary>
    public static long IndexOf(this in ReadOnlySequence<byte> text, byte[] what)
    {
        var search = new SequenceReader<byte>(text);
        return search.TryReadTo(out ReadOnlySequence<byte> before, what) ? before.Length : -1;
    }
}
