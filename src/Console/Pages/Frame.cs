using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Ready;
using OpenPassage.Server.Rooms;

namespace OpenPassage.OperatorConsole.Pages;

/// <summary>What every page needs besides what it shows: who looks at it, where it is, and what was just done.</summary>
internal sealed class Frame(HttpContext context)
{
    private readonly Session? session = context.Features.Get<ConsoleCall>()?.Session;

    public Operator? Operator => session?.Operator;

    public bool MayChange => Operator?.IsAdmin == true;

    /// <summary>Whether the server counts which devices can use passkeys.</summary>
    public bool HasReadiness => context.RequestServices.GetServices<Room>().Contains(ReadyRoom.Room);

    /// <summary>The pages about an app, of every room of the server.</summary>
    public IEnumerable<ConsoleTab> TabsOf(AppOptions app)
        => context.RequestServices.GetServices<Room>().SelectMany(room => room.Tabs)
            .Where(tab => tab.Of is null || tab.Of == AppTypes.Of(app.Type))
            .OrderBy(tab => tab.Place);

    /// <summary>For every form: <c>form_token</c>.</summary>
    public string FormToken => session?.FormToken ?? "";

    /// <summary>Without the query.</summary>
    public string Path => context.Request.Path;

    /// <summary>The sentence for what was just done; null: nothing was.</summary>
    public string? Notice => Notices.Of(context.Request.Query["done"]);

    /// <summary>Where a path of the console is, also inside an application that has a path base.</summary>
    public string At(string path) => context.Request.PathBase + path;
}

/// <summary>What a page says after a step. The address names a sentence and never brings one.</summary>
internal static class Notices
{
    private static readonly Dictionary<string, string> Sentences = new(StringComparer.Ordinal)
    {
        ["operator-removed"] = "The operator was removed. Their passkeys and sessions no longer work.",
        ["app-created"] = "The app was created. This page shows what its backend and its pages need.",
        ["app-saved"] = "The settings were saved and are in effect.",
        ["app-deleted"] = "The app was deleted, with its users, passkeys, events and keys.",
        ["key-revoked"] = "The key was revoked.",
        ["readiness-key-created"] = "The key was created. Below stands what to paste into your page.",
        ["readiness-key-revoked"] = "The key was revoked. Reports that come with it are refused.",
        ["user-saved"] = "The user was changed.",
        ["user-deleted"] = "The user was deleted, with passkeys and events.",
        ["device-revoked"] = "The passkey was revoked and can no longer be used.",
        ["devices-revoked"] = "All passkeys of this user were revoked.",
        ["user-session-ended"] = "The session was ended. Access tokens that are out stay valid at your backends until they expire.",
        ["user-sessions-ended"] = "All sessions of this user were ended. Access tokens that are out stay valid at your backends until they "
            + "expire.",
        ["key-rotated"] = "The next key signs from now on.",
        ["key-withdrawn"] = "The key was withdrawn. The next key signs from now on.",
        ["test-written"] = "The test is on its way. The list shows what becomes of it.",
        ["baseline-saved"] = "The duration of a password sign-in was saved.",
        ["sessions-ended"] = "Your other sessions were ended.",
        ["session-ended"] = "That session was ended.",
        ["passkey-added"] = "The passkey was added. You can now sign in with it.",
        ["passkey-removed"] = "The passkey was removed, and your other sessions were ended.",
        ["invitation-withdrawn"] = "The invitation was withdrawn. Its link no longer works.",
    };

    public static string? Of(string? key) => key is null ? null : Sentences.GetValueOrDefault(key);
}
