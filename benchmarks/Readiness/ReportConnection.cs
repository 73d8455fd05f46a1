using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenPassage.Benchmarks.Readiness;

/// <summary>The least HTTP/1.1 that a report can be sent with: what the generator uses, the server on the same cores cannot have.</summary>
internal sealed class ReportConnection : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] received = new byte[4096];
    private readonly string start;

    private ReportConnection(ReadinessServer server) => start =
        $"POST /v1/analytics/passkey-readiness HTTP/1.1\r\nHost: {server.Address.Authority}\r\nContent-Type: application/json\r\n"
            + $"Origin: https://shop.example.com\r\nX-API-KEY: {server.Key}\r\n";

    public static async Task<ReportConnection> OpenAsync(ReadinessServer server)
    {
        var connection = new ReportConnection(server);
        await connection.socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        return connection;
    }

    public async Task SendAsync(string device, string userAgent)
    {
        var body =
            $$"""{"device_id":"{{device}}","security_key":true,"platform":true,"synced_credential":true,"""
                + "\"cross_device_credential\":true,\"conditional_ui\":true}";
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{start}User-Agent: {userAgent}\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        var length = 0;
        // An empty object is all that it is answered with.
        while (!received.AsSpan(0, length).EndsWith("{}"u8))
        {
            var some = await socket.ReceiveAsync(received.AsMemory(length));
            length += some;
            if (some == 0 || length == received.Length)
                throw new InvalidOperationException($"A report was answered {Encoding.ASCII.GetString(received, 0, length)}");
        }
        if (!received.AsSpan(0, length).StartsWith("HTTP/1.1 2"u8))
            throw new InvalidOperationException($"A report was answered {Encoding.ASCII.GetString(received, 0, length)}");
    }

    public void Dispose() => socket.Dispose();
}
