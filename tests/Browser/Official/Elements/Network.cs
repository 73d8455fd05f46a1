using System.Net;
using System.Net.Sockets;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Official.Elements;

/// <summary>
/// Another network for a browser: a SOCKS proxy whose connections come from a loopback address of their own. The machine that runs the
/// tests is the network of pages without one.
/// </summary>
internal sealed class Network : IAsyncDisposable
{
    private static int made;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Task accepting;

    public Network()
    {
        Address = IPAddress.Parse($"127.2.0.{Interlocked.Increment(ref made)}");
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>What the server sees.</summary>
    public IPAddress Address { get; }

    /// <summary>Of a browser there.</summary>
    public Proxy Proxy => new() { Server = $"socks5://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}" };

    /// <summary>Calls from there that no browser makes.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (to, cancellationToken) => await ConnectAsync(to.DnsEndPoint.Port, cancellationToken),
    });

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await accepting;
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await listener.AcceptTcpClientAsync(ending.Token));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Nobody connects any more.
        }
    }

    private async Task RelayAsync(TcpClient browser)
    {
        using var client = browser;
        client.NoDelay = true;
        try
        {
            var inward = client.GetStream();
            await using var outward = await ConnectAsync(await GreetAsync(inward), ending.Token);
            // Succeeded; no address worth saying.
            await inward.WriteAsync((byte[])[5, 0, 0, 1, 0, 0, 0, 0, 0, 0], ending.Token);
            await Task.WhenAny(inward.CopyToAsync(outward, ending.Token), outward.CopyToAsync(inward, ending.Token));
        }
        catch (Exception over) when (over is IOException or SocketException or OperationCanceledException)
        {
            // One of the two has gone.
        }
    }

    /// <summary>RFC 1928 §3 and §4, with nothing that a browser does not send.</summary>
    /// <returns>The port; the host is this machine whatever its name.</returns>
    private async Task<int> GreetAsync(NetworkStream browser)
    {
        var (version, methods) = await TwoAsync();
        Assert.Equal(5, version);
        await ReadAsync(methods);
        await browser.WriteAsync((byte[])[5, 0], ending.Token);
        await ReadAsync(3);
        var kind = (await ReadAsync(1))[0];
        await ReadAsync(kind switch { 1 => 4, 4 => 16, _ => (await ReadAsync(1))[0] });
        var (high, low) = await TwoAsync();
        return (high << 8) + low;

        async Task<(byte First, byte Second)> TwoAsync()
        {
            var read = await ReadAsync(2);
            return (read[0], read[1]);
        }

        async Task<byte[]> ReadAsync(int count)
        {
            var bytes = new byte[count];
            await browser.ReadExactlyAsync(bytes, ending.Token);
            return bytes;
        }
    }

    private async Task<NetworkStream> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(Address, 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            return new(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
