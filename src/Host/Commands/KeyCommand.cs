using System.CommandLine;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Values;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage key create|list|revoke|rotate</c>.</summary>
internal static class KeyCommand
{
    public static Command Make(Terminal terminal)
        => new("key", "Create, list, rotate and revoke API keys of an app or of the whole server.")
        {
            Create(terminal),
            List(terminal),
            Revoke(terminal),
            Rotate(terminal),
        };

    private static Command Create(Terminal terminal)
    {
        var owner = new Owner();
        var name = new Option<string>("--name")
        {
            Description = "The key's name.",
            DefaultValueFactory = _ => "Created on the command line",
        };
        var scopes = Arguments.Texts(
            "--scope", $"A scope: {string.Join(", ", ApiKeyScope.Words)}. May be repeated. Default: all but admin.");
        scopes.AcceptOnlyFromAmong([.. ApiKeyScope.Words]);
        var expires = Arguments.Span("--expires", "How long until it expires, such as 90d. Default: never.");
        return terminal.Does(
            new Command("create", "Create a key and print it. It is not shown again.") { owner.App, owner.Server, name, scopes, expires },
            async session =>
            {
                var app = await owner.ReadAsync(session);
                var asked = session.Value(scopes) is [_, ..] words
                    ? ApiKeyScope.Of(words)
                    : app == AuditStore.Server ? ApiKeyScopes.Admin : ApiKeyScope.Usual;
                var (key, shown) = await session.Get<ManagedKeys>().CreateAsync(
                    app, session.Value(name), asked, In(session, expires), session.Actor, session.CancellationToken);
                ShowMade(session, new KeyMade(shown, ManagedKey.Of(key), OldExpiresAt: null));
            },
            mayMake: true);
    }

    private static Command List(Terminal terminal)
    {
        var owner = new Owner();
        return terminal.Does(
            new Command("list", "List keys. The keys themselves are not shown.") { owner.App, owner.Server }, async session =>
            {
                var keys = await session.Get<ManagedKeys>().ListAsync(await owner.ReadAsync(session), session.CancellationToken);
                session.Show(new KeyList([.. keys.Select(ManagedKey.Of)]), ManageWire.Default.KeyList, list => session.Table(
                    ["ID", "NAME", "SCOPES", "SOURCE", "CREATED", "EXPIRES", "LAST USED"],
                    list.Keys.Select(key => (string?[])
                    [
                        key.Id, key.Name, string.Join(' ', key.Scopes), key.Source, Session.Time(key.CreatedAt),
                        Session.Time(key.ExpiresAt), Session.Time(key.LastUsedAt),
                    ])));
            });
    }

    private static Command Revoke(Terminal terminal)
    {
        var owner = new Owner();
        var id = new Argument<string>("KEY") { Description = "The key's id." };
        return terminal.Does(
            new Command("revoke", "Revoke a key. It stops working within seconds.") { id, owner.App, owner.Server }, async session =>
            {
                await session.Get<ManagedKeys>().RevokeAsync(
                    await owner.ReadAsync(session), session.Value(id), session.Actor, session.CancellationToken);
                session.Show(new Done(), ManageWire.Default.Done, _ => session.Line($"{session.Value(id)} is revoked."));
            });
    }

    private static Command Rotate(Terminal terminal)
    {
        var owner = new Owner();
        var id = new Argument<string>("KEY") { Description = "The key's id." };
        var overlap = Arguments.Span("--overlap", "How long the old key keeps working, such as 12h. Default: 1d.");
        var expires = Arguments.Span("--expires", "How long until the new key expires, such as 90d. Default: when the old one would have.");
        return terminal.Does(
            new Command("rotate", "Replace a key with a new one. Both work for a while.") { id, owner.App, owner.Server, overlap, expires },
            async session =>
            {
                var app = await owner.ReadAsync(session);
                var (key, shown, until) = await session.Get<ManagedKeys>().RotateAsync(
                    app,
                    session.Value(id),
                    session.Value(overlap) ?? ManagedKeys.UsualOverlap,
                    In(session, expires),
                    session.Actor,
                    session.CancellationToken);
                ShowMade(session, new KeyMade(shown, ManagedKey.Of(key), until));
            });
    }

    private static DateTimeOffset? In(Session session, Option<TimeSpan?> span)
        => session.Get<TimeProvider>().GetUtcNow() + session.Value(span);

    private static void ShowMade(Session session, KeyMade made) => session.Show(made, ManageWire.Default.KeyMade, key =>
    {
        session.Line(key.Secret);
        session.Line(
            $"Save it now: it is not shown again. Id {key.Key.Id}, scopes {string.Join(' ', key.Key.Scopes)}, "
                + $"expires {Session.Time(key.Key.ExpiresAt) ?? "never"}.");
        if (key.OldExpiresAt is { } until)
            session.Line($"The old key works until {Session.Time(until)}.");
    });

    /// <summary>Whose key: an app's, or the server's.</summary>
    private sealed class Owner
    {
        public Option<string> App { get; } = new("--app") { Description = "The app's id." };

        public Option<bool> Server { get; } = Arguments.Flag("--server", "A key for the whole server, which can manage every app.");

        public async Task<AppId> ReadAsync(Session session) => (session.Parsed.GetValue(App), session.Value(Server)) switch
        {
            (null, true) => AuditStore.Server,
            (not null, false) => await session.AppAsync(App),
            _ => throw new RefusedException(Refusal.InvalidRequest.Because("Give either --app ID or --server.")),
        };
    }
}
