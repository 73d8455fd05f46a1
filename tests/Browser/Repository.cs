using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace OpenPassage.Browser.Tests;

/// <summary>Where things are while the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>What a project of this repository built, in the configuration that these tests were built in.</summary>
    public static string Built(string project, string file)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return At(project, "bin", output.Parent!.Name, output.Name, file);
    }

    /// <summary>The product's version.</summary>
    public static string Version { get; } = XDocument.Load(At("Directory.Build.props")).Descendants("Version").Single().Value;

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
            directory = directory.Parent ?? throw new InvalidOperationException("These tests run inside the repository.");
        return directory.FullName;
    }
}
