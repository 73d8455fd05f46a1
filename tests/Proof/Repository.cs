using System.Net;
using System.Net.Sockets;

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

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "OpenPassage.slnx")))
            directory = directory.Parent ?? throw new InvalidOperationException("This runs inside the repository.");
        return directory.FullName;
    }
}
