using System.Net;
using System.Net.Sockets;

namespace OpenPassage.Proof.Tests;

/// <summary>Where things are while the tests run.</summary>
internal static class Repository
{
    /// <summary>The server that an operator runs, in the configuration that these tests were built in.</summary>
    public static string Server { get; } = FindServer();

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindServer()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output;
        while (!File.Exists(Path.Combine(root.FullName, "OpenPassage.slnx")))
            root = root.Parent ?? throw new InvalidOperationException("These tests run inside the repository.");
        return Path.Combine(root.FullName, "src", "Host", "bin", output.Parent!.Name, output.Name, "openpassage.dll");
    }
}
