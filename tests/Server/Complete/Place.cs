using System.Net;
using System.Net.Sockets;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>A network of its own: a loopback address that calls come from.</summary>
internal sealed class Place : IDisposable
{
    private static int made = 1;

    public Place(ServerFixture server, string? address = null)
    {
        Address = address ?? $"127.1.{Interlocked.Increment(ref made) / 250}.{(made % 250) + 1}";
        Http = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = server.Address };
    }

    public string Address { get; }

    public HttpClient Http { get; }

    public void Dispose() => Http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(Address), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
