using System.CommandLine;
using OpenPassage.Host.Serving;
using OpenPassage.Host.Terminals;
using OpenPassage.Server;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Settings;

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
        var all = await session.Get<ManagedApps>().ListAsync(session.CancellationToken);
        var apps = new AppList { Apps = [.. all.Select(ManagedApp.Of)] };
        session.Show(apps, session.Get<AppJson>().Of<AppList>(), list => session.Table(
            ["ID", "NAME", "TYPE", "RP ID", "SOURCE", "CREATED"],
            list.Apps.Select(app => (string?[])
                [
                    app.Id, app.Settings.Name, app.Settings.Type, app.Settings.RpId, app.InService ? app.Source : "out of service",
                    Session.Time(app.CreatedAt),
                ])));
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
                ShowApp(
                    session, ManagedApp.Of(await session.Get<ManagedApps>().CreateAsync(app, session.Actor, session.CancellationToken)));
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
        var command = new Command(
            "set",
            "Change an app's settings. Options that are not given stay as they are. A list is replaced; an empty value clears it.") { id };
        settings.AddTo(command);
        return terminal.Does(command, async session => ShowApp(session, ManagedApp.Of(
            await session.Get<ManagedApps>().UpdateAsync(new(session.Value(id)), app => settings.ApplyTo(session, app), session.Actor,
                session.CancellationToken))));
    }

    private static Command Delete(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "The app's id." };
        var withPasskeys = Arguments.Flag("--with-passkeys", "Delete it even if it has passkeys. This cannot be undone.");
        return terminal.Does(
            new Command("delete", "Delete an app with its keys, users, passkeys and events. This cannot be undone.") { id, withPasskeys },
            async session =>
            {
                await session.Get<ManagedApps>().DeleteAsync(
                    new(session.Value(id)),
                    session.Value(withPasskeys),
                    session.Actor,
                    session.Progress("rows removed"),
                    session.CancellationToken);
                session.Show(new Done(), ManageWire.Default.Done, _ => session.Line($"{session.Value(id)} is deleted."));
            });
    }

    private static void ShowApp(Session session, ManagedApp app)
        => session.Show(app, session.Get<AppJson>().Of<ManagedApp>(), shown => session.Table(
            ["SETTING", "VALUE"],
            [
                ["id", shown.Id],
                .. ServedRooms.Settings.Fields.Select(field => (string?[])[NameOf(field), ValueOf(field, shown.Settings)]),
                ["source", shown.ReadOnlyBecause is null ? shown.Source : $"{shown.Source}. {shown.ReadOnlyBecause}"],
            ]));

    private static string NameOf(SettingField<AppOptions> field) => field.Path.Member.Replace('_', ' ').Replace('.', ' ');

    private static string ValueOf(SettingField<AppOptions> field, AppOptions app) => field.Read(app) switch
    {
        [] => field.About.None,
        [var seconds] when field.About.Kind == SettingKind.Span => $"{seconds} s",
        var texts when field.About.Kind == SettingKind.Records => string.Join(' ', texts.Select(ToArgument)),
        var texts => string.Join(' ', texts),
    };

    // As the option takes it: PACKAGE=FINGERPRINT,FINGERPRINT.
    private static string ToArgument(string record)
        => RecordWords.Split(record) is [var name, .. var rest] ? $"{name}={RecordWords.Join(',', rest)}" : record;
}
