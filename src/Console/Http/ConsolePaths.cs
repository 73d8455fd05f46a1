namespace OpenPassage.OperatorConsole.Http;

/// <summary>Where things are, in one place, so that links and routes cannot drift apart.</summary>
internal static class ConsolePaths
{
    public const string Root = "/console";
    public const string SignIn = Root + "/sign-in";
    public const string SignOut = Root + "/sign-out";
    public const string Setup = Root + "/setup";
    public const string Account = Root + "/account";
    public const string Operators = Root + "/operators";

    public const string Events = Root + "/events";
    public const string Readiness = Root + "/readiness";
    public const string Changes = Root + "/changes";
    public const string NewApp = Root + "/apps/new";

    /// <summary>An app's page; without a name the first one.</summary>
    public static string App(string id, string page = "")
        => $"{Root}/apps/{Uri.EscapeDataString(id)}{(page.Length == 0 ? "" : "/" + page)}";

    /// <summary>A user's page, or a step below it.</summary>
    public static string User(string app, string user, string step = "")
        => App(app, $"users/{Uri.EscapeDataString(user)}{(step.Length == 0 ? "" : "/" + step)}");

    /// <summary>
    /// Where to go after signing in: what was asked for when it is a page of this console, else the first page. Nothing else can
    /// be meant, so nobody can be led to another site (or, by a backslash or a control character, be made to think so).
    /// </summary>
    public static string Own(string? wanted)
        => wanted is not null
            && wanted.StartsWith(Root, StringComparison.Ordinal)
            && (wanted.Length == Root.Length || wanted[Root.Length] is '/' or '?')
            && wanted.Length <= 2000
            && !wanted.Any(character => character is '\\' or <= ' ' or > '~')
            && !wanted.Contains("//", StringComparison.Ordinal)
                ? wanted
                : Root;
}
