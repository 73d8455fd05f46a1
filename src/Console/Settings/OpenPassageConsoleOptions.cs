// For one using directive, as OpenPassageConsole: inside OpenPassage a namespace Console would stand for System.Console.
namespace OpenPassage.Server;

/// <summary>
/// What can be configured of the operator's console: section <c>OpenPassage:Console</c>, and <c>OpenPassage:PathBase</c>. Read once
/// at start; a wrong value stops the start with a sentence that names the setting.
/// </summary>
public sealed class OpenPassageConsoleOptions
{
    /// <summary>Whether there is one. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The origin at which operators open it, exactly; its host is the RP ID that their passkeys belong to. Default
    /// <c>http://localhost:8420</c>.
    /// </summary>
    public string Origin { get; set; } = "http://localhost:8420";

    /// <summary>
    /// The path that a proxy serves the server below, such as <c>/passkeys</c>: links to the console that are made while nobody calls
    /// begin with it. For the calls themselves, <c>UsePathBase</c> is your application's business; <c>openpassage</c> does it, and has
    /// this as its setting <c>OpenPassage:PathBase</c>. Default: none.
    /// </summary>
    public string PathBase { get; set; } = "";
}
