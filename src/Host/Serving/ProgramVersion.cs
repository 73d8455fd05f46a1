using System.Reflection;

namespace OpenPassage.Host.Serving;

/// <summary>The version of the program, such as <c>0.1.0+da387c0</c>.</summary>
internal static class ProgramVersion
{
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
