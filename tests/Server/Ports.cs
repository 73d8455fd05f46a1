using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OpenPassage;

/// <summary>Ports for servers that tests start.</summary>
internal static class Ports
{
    /// <summary>
    /// A port that is free now, and below those that the system gives to whoever asks for any: nobody else gets it before it is used.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 30_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}
