using Microsoft.Extensions.Options;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.OperatorConsole.Sessions;

/// <summary>
/// The app that operators are users of. It is in no list and answers on no route of <c>/v1</c>: it is never in the directory of
/// apps in service, and its id has a character that no other app's may have.
/// </summary>
internal sealed class ConsoleApp
{
    public ConsoleApp(IOptions<OpenPassageConsoleOptions> options, VerificationKeyCache keys)
    {
        // As browsers send it, however it is written in the settings.
        (Origin, var host) = Domain.ToOrigin(options.Value.Origin)!.Value;
        Held = new(AppStore.Console.Value, host);
        PathBase = options.Value.PathBase;
        App = new()
        {
            Id = AppStore.Console,
            Name = "OpenPassage console",
            RelyingParty = new(host, "OpenPassage console", [Origin]) { Keys = keys },
            Origins = [Origin],
            UserVerification = UserVerification.Required,
        };
    }

    public App App { get; }

    public AppId Id => App.Id;

    /// <summary>Where the console is opened, exactly.</summary>
    public string Origin { get; }

    /// <summary>Which no app may join by itself.</summary>
    public HeldDomain Held { get; }

    /// <summary>The path before the console's own, as the settings have it; a call may come by another.</summary>
    public string PathBase { get; }

    public bool IsSecure => Origin.StartsWith("https:", StringComparison.Ordinal);
}
