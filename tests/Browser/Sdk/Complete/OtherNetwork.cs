using System.Net;
using System.Net.Sockets;

namespace OpenPassage.Browser.Tests.Sdk.Complete;

/// <summary>A way to the server from another network than this machine's usual one: whoever takes it comes from another address.</summary>
internal sealed class OtherNetwork : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("127.0.0.2");

    private readonly TcpListener door = new(IPAddress.Loopback, 0);
    private readonly int server;

    public OtherNetwork(Uri server)
    {
        this.server = server.Port;
        door.Start();
        _ = AcceptAsync();
    }

    /// <summary>The server, as it is reached from there.</summary>
    public Uri Address => new($"http://localhost:{((IPEndPoint)door.LocalEndpoint).Port}/");

    public void Dispose() => door.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            for (; ; )
                _ = CarryAsync(await door.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(TcpClient caller)
    {
        using var inside = caller;
        using var outside = new TcpClient(new IPEndPoint(Here, 0));
        try
        {
            await outside.ConnectAsync(IPAddress.Loopback, server);
            await Task.WhenAny(
                inside.GetStream().CopyToAsync(outside.GetStream()), outside.GetStream().CopyToAsync(inside.GetStream()));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // One of them has hung up.
        }
    }
}
