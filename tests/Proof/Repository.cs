using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OpenPassage.Proof.Tests;

/// <summary>Where things are while the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The server that an operator runs, in the configuration that these tests were built in.</summary>
    public static string Server
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(Root, "src", "Host", "bin", output.Parent!.Name, output.Name, "openpassage.dll");
        }
    }

    /// <summary>
    /// A port that is free now, and below those that the system gives to whoever asks for any: nobody else gets it before it is used.
    /// </summary>
    public static int FreePort()
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

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "OpenPassage.slnx")))
            directory = directory.Parent ?? throw new InvalidOperationException("This runs inside the repository.");
        return directory.FullName;
    }
}
