using System.Reflection;
using OpenPassage.Server;

namespace OpenPassage.OperatorConsole;

/// <summary>
/// The console uses what the server shows to nobody else, so both have one version (decision 29). The package says so, but NuGet only
/// warns when an application asks for another server.
/// </summary>
internal static class ServerVersion
{
    public static void Demand() => Demand(VersionOf(typeof(OpenPassageConsole)), VersionOf(typeof(OpenPassageServer)));

    /// <exception cref="InvalidOperationException">They differ.</exception>
    public static void Demand(string console, string server)
    {
        if (console != server)
        {
            throw new InvalidOperationException(
                $"OpenPassage.Console {console} works with OpenPassage.Server {console} alone, and this is {server}. "
                + "Give both packages one version.");
        }
    }

    // Without the commit behind it.
    private static string VersionOf(Type type)
        => type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
