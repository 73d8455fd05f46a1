using System.CommandLine;
using OpenPassage.Server;
using OpenPassage.Server.Manage;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage app list|create|show|set|delete</c>.</summary>
internal static class AppCommand
{
    public static Command Make(Terminal terminal) => new("app", "Create, change and delete apps.")
    {
        List(terminal),
        Create(terminal),
        Show(terminal),
        Set(terminal),
        Delete(terminal),
    };

    private static Command List(Terminal terminal) => terminal.Does(new Command("list", "List all apps."), async session =>
    {
        var apps = new AppList([.. (await session.Get<ManagedApps>().ListAsync(session.CancellationToken)).Select(ManagedApp.Of)]);
        session.Show(apps, ManageWire.Default.AppList, list => session.Table(
            ["ID", "NAME", "RP ID", "SOURCE", "CREATED"],
            list.Apps.Select(app => (string?[])[app.Id, app.Name, app.RpId, app.InService ? app.Source : "out of service", Session.Time(app.CreatedAt)])));
    });

    private static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The app's id in URLs: letters, digits, - and _." };
        var settings = new AppSettingOptions();
        var command = new Command("create", "Create an app. Its backends need a key: openpassage key create --app ID.") { id };
        settings.AddTo(command);
        return terminal.Does(
            command,
            async session =>
            {
                var app = new AppOptions { Id = session.Value(id) };
                settings.ApplyTo(session, app);
                ShowApp(session, ManagedApp.Of(await session.Get<ManagedApps>().CreateAsync(app, session.Actor, session.CancellationToken)));
            },
            mayMake: true);
    }

    private static Command Show(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The app's id." };
        return terminal.Does(new Command("show", "Show an app's settings.") { id }, async session =>
            ShowApp(session, ManagedApp.Of(await session.Get<ManagedApps>().GetAsync(new(session.Value(id)), session.CancellationToken))));
    }

    private static Command Set(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The app's id." };
        var settings = new AppSettingOptions();
        var command = new Command("set", "Change an app's settings. Options that are not given stay as they are. A list is replaced; an empty value clears it.") { id };
        settings.AddTo(command);
        return terminal.Does(command, async session => ShowApp(session, ManagedApp.Of(
            await session.Get<ManagedApps>().UpdateAsync(new(session.Value(id)), app => settings.ApplyTo(session, app), session.Actor,
                session.CancellationToken))));
    }

    private static Command Delete(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The app's id." };
        var withPasskeys = Arguments.Flag("--with-passkeys", "Delete it even if it has passkeys. This cannot be undone.");
        return terminal.Does(new Command("delete", "Delete an app with its keys, users, passkeys and events. This cannot be undone.") { id, withPasskeys }, async session =>
        {
            await session.Get<ManagedApps>().DeleteAsync(new(session.Value(id)), session.Value(withPasskeys), session.Actor, session.Progress("rows removed"), session.CancellationToken);
            session.Show(new Done(), ManageWire.Default.Done, _ => session.Line($"{session.Value(id)} is deleted."));
        });
    }

    private static void ShowApp(Session session, ManagedApp app) => session.Show(app, ManageWire.Default.ManagedApp, shown => session.Table(
        ["SETTING", "VALUE"],
        [
            ["id", shown.Id],
            ["name", shown.Name],
            ["rp id", shown.RpId],
            ["origins", string.Join(' ', shown.Origins)],
            ["related origins", string.Join(' ', shown.RelatedOrigins)],
            ["android apps", string.Join(' ', shown.AndroidApps.Select(android => android.Package))],
            ["apple apps", string.Join(' ', shown.AppleApps)],
            ["user verification", shown.UserVerification],
            ["attachment", shown.Attachment ?? "either"],
            ["hints", string.Join(' ', shown.Hints)],
            ["attestation", shown.RequireAttestation ? $"{shown.Attestation}, required" : shown.Attestation],
            ["untrusted attestation", shown.UntrustedAttestation],
            ["attestation formats", AllOr(shown.AttestationFormats, "all")],
            ["sha-1", shown.AllowSha1 ? "believed" : "not believed"],
            ["refused statuses", AllOr(shown.RefusedStatuses, "revoked and compromised")],
            ["synced passkeys", shown.SyncedPasskeys],
            ["algorithms", AllOr(shown.Algorithms, "all")],
            ["top origins", string.Join(' ', [.. shown.TopOrigins, .. shown.AllowUnnamedTopOrigin ? (string[])["and unnamed ones"] : []])],
            ["passkey pages", string.Join(' ', ((string?[])[shown.PasskeyEndpoints.Enroll, shown.PasskeyEndpoints.Manage,
                shown.PasskeyEndpoints.PrfUsageDetails]).OfType<string>())],
            ["allowed aaguids", string.Join(' ', shown.AllowedAaguids)],
            ["denied aaguids", string.Join(' ', shown.DeniedAaguids)],
            ["ceremony timeout", shown.CeremonyTimeoutSeconds is { } seconds ? $"{seconds} s" : "the server's"],
            ["conditional create", shown.ConditionalCreate ? "allowed" : "off"],
            ["new passkeys", shown.HoldNewPasskeys ? "inactive until verified" : "active at once"],
            ["counter policy", shown.CounterPolicy],
            ["source", shown.ReadOnlyBecause is null ? shown.Source : $"{shown.Source}. {shown.ReadOnlyBecause}"],
        ]));

    private static string AllOr(IReadOnlyList<string> words, string none) => words.Count == 0 ? none : string.Join(' ', words);
}
