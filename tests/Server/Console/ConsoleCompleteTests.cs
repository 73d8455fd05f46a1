using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Tests.Complete;
using OpenPassage.Server.Tests.Complete.Management;
using OpenPassage.Server.Values;
using Person = OpenPassage.Server.Tests.Complete.Visitor;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>Accounts, sessions and signing keys of Complete's apps at the console.</summary>
public partial class ConsoleCompleteTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private const string Shop = $"/console/apps/{CompleteSite.AppId}";
    private const string Users = $"{Shop}/users";
    private const string Chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

    private readonly Manager manager = new(site, ServerFixture.AdminKey);
    private readonly Office office = new(site);

    [Fact]
    public async Task An_account_is_found_by_the_beginning_of_what_it_goes_by_and_by_its_id()
    {
        using var viewer = await Visitor.OperatorAsync(site, OperatorRole.Viewer);
        var (email, phone) = ($"Ada.{Guid.NewGuid():N}@Shop.example", Office.NewPhone());
        var id = await office.CreateAsync(email, phone);
        var other = await new Office(site, Office.SecondShop).CreateAsync(email.Replace("Ada", "Adam", StringComparison.Ordinal));

        var written = $"{phone[..2]} ({phone[2..5]}) {phone[5..8]}-{phone[8..]}";
        foreach (var found in (string[])[email, email.ToUpperInvariant(), email[..8].ToLowerInvariant(), phone, written, written[..9], id])
            Assert.True(await IsListedAsync(viewer, id, found), found);
        foreach (var missed in (string[])[email[1..], phone[1..], $"{email}x", $"{phone}0", other, "%", "_", $"{Guid.NewGuid()}"])
            Assert.False(await IsListedAsync(viewer, id, missed), missed);
        Assert.True(await IsListedAsync(viewer, id, email, "pending"));
        Assert.False(await IsListedAsync(viewer, id, email, "active"));
        Assert.False(await IsListedAsync(viewer, other, email[..4]));

        var page = (await viewer.GetAsync($"{Users}?q={email}")).Expect(200).Text;
        foreach (var shown in (string[])[email, phone[1..], "not verified", "pending", "Email or phone"])
            Assert.Contains(shown, page, StringComparison.Ordinal);
        Assert.DoesNotContain("External id", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accounts_are_listed_page_by_page_by_what_they_go_by()
    {
        using var viewer = await Visitor.OperatorAsync(site, OperatorRole.Viewer);
        var mark = Guid.NewGuid().ToString("N")[..10];
        List<string> made = [];
        for (var i = 0; i < 52; i++)
            made.Add(await office.CreateAsync($"{mark}-{i:00}@shop.example"));

        var first = (await viewer.GetAsync($"{Users}?q={mark}")).Expect(200).Text;
        var next = NextPage().Match(first).Groups["path"].Value.Replace("&amp;", "&", StringComparison.Ordinal);
        var second = (await viewer.GetAsync(next)).Expect(200).Text;

        Assert.Equal(made, IdsIn(first).Concat(IdsIn(second)));
        Assert.Equal(50, IdsIn(first).Count);
        Assert.DoesNotMatch(NextPage(), second);
    }

    [Fact]
    public async Task A_user_is_shown_with_identifiers_metadata_passkeys_and_sessions()
    {
        using var viewer = await Visitor.OperatorAsync(site, OperatorRole.Viewer);
        var person = new Person(site) { UserAgent = Chrome };
        var email = await person.SignUpAsync();
        (await office.UpdateAsync(person.UserId, new JsonObject { ["user_metadata"] = new JsonObject { ["age"] = 36 } })).Expect(200);

        var page = (await viewer.GetAsync($"{Users}/{person.UserId}")).Expect(200).Text;

        foreach (var shown in (string[])
            [email, "not verified", "<dt>age</dt>", "<dd>36</dd>", "device-bound", "Chrome on Linux", "127.0.0.1"])
            Assert.Contains(shown, page, StringComparison.Ordinal);
        Assert.DoesNotContain("/sessions/", page, StringComparison.Ordinal);
        Assert.DoesNotContain("external id", page, StringComparison.Ordinal);
        Assert.Contains(
            email, (await viewer.GetAsync($"{Shop}/events?user={email.ToUpperInvariant()}")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_ended_and_then_all_are()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin, $"ends-{Guid.NewGuid():N}");
        var (person, elsewhere, stranger) = (new Person(site), new Person(site), new Person(site));
        var email = await person.SignUpAsync();
        await stranger.SignUpAsync();
        elsewhere = new Person(site) { Authenticator = person.Authenticator };
        (await elsewhere.SignInAsync(email)).Expect(200);
        var user = $"{Users}/{person.UserId}";

        Assert.Equal(404, (await admin.PostAsync($"{user}/sessions/{stranger.SessionId}/revoke")).Status);
        Assert.Equal(404, (await admin.PostAsync($"{Users}/nobody/sessions/{person.SessionId}/revoke")).Status);
        Assert.Equal(
            404,
            (await admin.PostAsync(
                $"/console/apps/{CompleteSite.OtherAppId}/users/{person.UserId}/sessions/{person.SessionId}/revoke")).Status);
        (await person.RefreshAsync()).Expect(200);
        Assert.Equal(303, (await admin.PostAsync($"{user}/sessions/{person.SessionId}/revoke")).Status);
        Assert.Equal((401, "invalid_refresh_token"), (await person.RefreshAsync()).Refused);
        (await elsewhere.RefreshAsync()).Expect(200);
        Assert.Equal(404, (await admin.PostAsync($"{user}/sessions/{person.SessionId}/revoke")).Status);

        site.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("End all", (await admin.GetAsync(user)).Expect(200).Text, StringComparison.Ordinal);
        Assert.Equal(303, (await admin.PostAsync($"{user}/sessions/revoke-all")).Status);
        Assert.Equal((401, "invalid_refresh_token"), (await elsewhere.RefreshAsync()).Refused);
        (await stranger.RefreshAsync()).Expect(200);
        Assert.Contains("not signed in anywhere", (await admin.GetAsync(user)).Expect(200).Text, StringComparison.Ordinal);
        Assert.Equal(["RevokeSessions", "RevokeSession"], await ActionsAsync(CompleteSite.AppId, person.UserId));
    }

    [Fact]
    public async Task Who_is_deactivated_is_signed_out_and_who_is_deleted_is_gone_once_the_address_was_typed()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var person = new Person(site);
        var email = await person.SignUpAsync();
        var user = $"{Users}/{person.UserId}";

        Assert.Equal(303, (await admin.PostAsync($"{user}/status", ("status", "inactive"))).Status);
        Assert.Equal((401, "invalid_refresh_token"), (await person.RefreshAsync()).Refused);
        Assert.Equal((403, "user_not_active"), (await person.StartLoginAsync(email)).Refused);
        Assert.Equal(303, (await admin.PostAsync($"{user}/status", ("status", "active"))).Status);
        (await person.SignInAsync(email)).Expect(200);

        Assert.Equal(400, (await admin.PostAsync($"{user}/delete", ("confirm", person.UserId))).Status);
        Assert.Equal(303, (await admin.PostAsync($"{user}/delete", ("confirm", email))).Status);
        Assert.Equal(404, (await admin.GetAsync(user)).Status);
        Assert.Equal((401, "invalid_refresh_token"), (await person.RefreshAsync()).Refused);
    }

    [Fact]
    public async Task A_page_says_what_a_rotation_does_and_it_is_done_once()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var app = await AppAsync();
        var keys = $"/console/apps/{app}/signing-keys";
        var person = new Person(site, app);
        await person.SignUpAsync();
        var (current, next) = await KidsAsync(app);
        var listed = (await admin.GetAsync(keys)).Expect(200).Text;
        foreach (var shown in (string[])[current, next, "signing", "next", $"{CompleteSite.PublicUrl}/v1/apps/{app}/.well-known/jwks.json"])
            Assert.Contains(shown, listed, StringComparison.Ordinal);

        var asked = (await admin.GetAsync($"{keys}/rotate")).Expect(200).Text;
        foreach (var shown in (string[])[current, next, "passage-go", "Nobody is signed out", "31 Mar 2026"])
            Assert.Contains(shown, asked, StringComparison.Ordinal);
        Assert.Equal((current, next), await KidsAsync(app));

        // A token of ten minutes, and 25 hours.
        var until = (site.Clock.GetUtcNow() + TimeSpan.FromMinutes(10) + TimeSpan.FromHours(25))
            .ToString("d MMM yyyy, HH:mm", System.Globalization.CultureInfo.InvariantCulture);
        var done = await admin.PostAsync($"{keys}/rotate", ("next", next));
        Assert.Equal((303, $"{keys}?done=key-rotated"), (done.Status, done.Header("Location")));
        foreach (var again in (string[])["", next, current])
            Assert.Equal(409, (await admin.PostAsync($"{keys}/rotate", ("next", again))).Status);

        Assert.Equal(next, (await KidsAsync(app)).Current);
        var after = (await admin.GetAsync(done.Header("Location")!)).Expect(200).Text;
        foreach (var shown in (string[])[current, "former", until, "RESTART every backend with passage-go"])
            Assert.Contains(shown, after, StringComparison.Ordinal);
        (await person.GetAsync("currentuser")).Expect(200);
        (await person.RefreshAsync()).Expect(200);
        Assert.Equal(next, (string)person.Head["kid"]!);
        Assert.Equal(["RotateSigningKey"], await ActionsAsync(app, next));
    }

    [Fact]
    public async Task A_stolen_key_is_withdrawn()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var app = await AppAsync();
        var keys = $"/console/apps/{app}/signing-keys";
        var person = new Person(site, app);
        await person.SignUpAsync();
        var (current, next) = await KidsAsync(app);
        var asked = (await admin.GetAsync($"{keys}/withdraw")).Expect(200).Text;
        foreach (var shown in (string[])[current, next, "passage-node", "cannot be undone", "Sessions go on"])
            Assert.Contains(shown, asked, StringComparison.Ordinal);

        var done = await admin.PostAsync($"{keys}/withdraw", ("next", next));

        Assert.Equal((303, $"{keys}?done=key-withdrawn"), (done.Status, done.Header("Location")));
        Assert.Equal((401, "invalid_access_token"), (await person.GetAsync("currentuser")).Refused);
        (await person.RefreshAsync()).Expect(200);
        var after = (await admin.GetAsync(done.Header("Location")!)).Expect(200).Text;
        Assert.DoesNotContain(current, after, StringComparison.Ordinal);
        Assert.Contains("RESTART every backend with passage-go, passage-ruby, passage-node", after, StringComparison.Ordinal);
        Assert.Equal(["WithdrawSigningKey"], await ActionsAsync(app, next));
    }

    [Fact]
    public async Task Without_refresh_tokens_a_withdrawal_says_that_everybody_signs_in_again()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var app = await AppAsync(new JsonObject { ["session"] = new JsonObject { ["refresh"] = false } });

        var asked = (await admin.GetAsync($"/console/apps/{app}/signing-keys/withdraw")).Expect(200).Text;

        Assert.Contains("all its users have to sign in again", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apps_of_Flex_have_neither_sessions_nor_signing_keys_and_no_tab_for_them()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var flex = $"/console/apps/{ServerFixture.App.Id}";
        var backend = new Backend(site, ServerFixture.App);
        (await backend.CreateRegisterTransactionAsync("alice")).Expect(201);
        var id = await backend.UserIdAsync("alice");
        var before = site.Rows();
        foreach (var path in (string[])["signing-keys", "signing-keys/rotate", "signing-keys/withdraw"])
            Assert.Equal(403, (await admin.GetAsync($"{flex}/{path}")).Status);
        foreach (var path in (string[])["signing-keys/rotate", "signing-keys/withdraw", $"users/{id}/sessions/revoke-all"])
            Assert.Equal(403, (await admin.PostAsync($"{flex}/{path}")).Status);
        Assert.Equal(WithoutOperators(before), WithoutOperators(site.Rows()));

        Assert.DoesNotContain("Signing keys", (await admin.GetAsync(flex)).Expect(200).Text, StringComparison.Ordinal);
        Assert.Contains("Signing keys", (await admin.GetAsync(Shop)).Expect(200).Text, StringComparison.Ordinal);

        static string WithoutOperators(string rows)
            => string.Join('\n', rows.Split('\n').Where(row => !row.StartsWith("operator_sessions:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_viewer_sees_the_keys_and_no_way_to_rotate_them()
    {
        using var viewer = await Visitor.OperatorAsync(site, OperatorRole.Viewer);
        var page = (await viewer.GetAsync($"{Shop}/signing-keys")).Expect(200).Text;
        Assert.Contains("signing", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/signing-keys/", page.Replace("jwks.json", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(403, (await viewer.GetAsync($"{Shop}/signing-keys/rotate")).Status);
    }

    [Fact]
    public async Task Ceremonies_are_counted_as_in_Flex_and_nobody_waits_for_nonces()
    {
        using var viewer = await Visitor.OperatorAsync(site, OperatorRole.Viewer);
        var app = await AppAsync();
        var person = new Person(site, app) { UserAgent = Chrome };
        var email = await person.SignUpAsync();
        var figures = await FiguresAsync(app);
        Assert.Equal((0, 1, 1), (figures.SignIns, figures.Registrations, figures.ActiveThisMonth));

        (await person.SignInAsync(email)).Expect(200);
        (await person.SignInAsync(null)).Expect(200);
        (await person.RefreshAsync()).Expect(200);
        (await person.StartLoginAsync(null)).Expect(200);
        var started = (await person.StartLoginAsync(email)).Expect(200);
        Assert.Equal(
            401, (await person.FinishLoginAsync(started, ceremony => ceremony.ClientData.Origin = "https://evil.example")).Status);

        figures = await FiguresAsync(app);
        Assert.Equal((2, 1, 1), (figures.SignIns, figures.Registrations, figures.ActiveThisMonth));
        Assert.Equal(
            [(2, 0, 1, 1), (2, 1, 0, 1), (1, 0, 0, 1)],
            figures.Stops.Select(stop => (stop.Begun, stop.NeverAnswered, stop.Refused, stop.Succeeded)));
        Assert.Equal([new Bar("Linux", 3)], figures.Bars(Counted.System));
        Assert.Equal(new UserCount(1, 1), figures.Users);
        Assert.DoesNotContain("nonce", (await viewer.GetAsync($"/console/apps/{app}")).Expect(200).Text, StringComparison.Ordinal);
        Assert.Equal(0, (int)(await manager.GetAsync($"apps/{app}/statistics")).Expect(200).Json["never_verified"]!);
    }

    [Fact]
    public async Task A_new_app_is_of_the_product_that_was_chosen_and_the_rest_of_it_has_its_default()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var id = $"club-{Guid.NewGuid():N}"[..16];
        var empty = (await admin.GetAsync("/console/apps/new")).Expect(200).Text;
        Assert.Contains("Complete: the login itself", empty, StringComparison.Ordinal);
        (string, string)[] form =
            [("name", "Club"), ("id", id), ("type", "complete"), ("rp_id", "shop.example"), ("origins", CompleteSite.Origin)];

        var asked = (await admin.PostAsync("/console/apps/new", [.. form, ("auth_origin", "nowhere")])).Expect(400).Text;
        Assert.Matches("""<option value="complete" selected""", asked);
        Assert.Equal($"/console/apps/{id}/start?done=app-created", (await admin.PostAsync("/console/apps/new", form)).Header("Location"));

        // As by the API, which names as little.
        var (made, like) = (await SettingsAsync(id), await SettingsAsync(await AppAsync()));
        foreach (var own in (string[])["id", "name", "rp_name", "created_at", "updated_at"])
        {
            made.Remove(own);
            like.Remove(own);
        }

        Assert.Equal(like.ToJsonString(), made.ToJsonString());
        (await new Person(site, id).SignInAsync("nobody@shop.example")).Expect(404);

        async Task<JsonObject> SettingsAsync(string app) => (await manager.GetAsync($"apps/{app}")).Expect(200).Json.AsObject();
    }

    [Fact]
    public async Task The_quick_start_is_Completes_and_makes_no_user()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var app = await AppAsync(new JsonObject { ["rp_id"] = "localhost", ["origins"] = new JsonArray(Visitor.ConsoleOrigin) });

        var page = (await admin.GetAsync($"/console/apps/{app}/start")).Expect(200).Text;
        foreach (var shown in (string[])["openpassage-complete.js", "AddPassage(", $"/v1/apps/{app}/.well-known/jwks.json"])
            Assert.Contains(shown, page, StringComparison.Ordinal);
        Assert.DoesNotContain("nonce", page, StringComparison.Ordinal);
        var tried = await admin.SayAsync($"/console/apps/{app}/try/start", new JsonObject { ["ceremony"] = "register" });
        Assert.Equal(400, tried.Status);
        Assert.Contains("no users yet", (await admin.GetAsync($"/console/apps/{app}/users")).Expect(200).Text, StringComparison.Ordinal);
    }

    /// <summary>Threat 42.</summary>
    [Fact]
    public async Task What_users_say_of_themselves_is_text()
    {
        const string Hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var person = new Person(site) { UserAgent = Hostile };
        await person.SignUpAsync();
        (await person.SendAsync(
            HttpMethod.Patch, "currentuser/user-metadata",
            new JsonObject { ["user_metadata"] = new JsonObject { ["nickname"] = Hostile } })).Expect(200);

        var page = (await admin.GetAsync($"{Users}/{person.UserId}")).Expect(200).Text;

        Assert.Contains("alert(1)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        (await admin.GetAsync($"{Users}?q={Uri.EscapeDataString(Hostile)}")).Expect(200);
    }

    private static async Task<bool> IsListedAsync(Visitor visitor, string id, string text, string show = "")
        => IdsIn((await visitor.GetAsync($"{Users}?q={Uri.EscapeDataString(text)}&show={show}")).Expect(200).Text).Contains(id);

    private static IReadOnlyList<string> IdsIn(string page) => [.. UserLink().Matches(page).Select(link => link.Groups["id"].Value)];

    private async Task<string> AppAsync(JsonObject? settings = null)
    {
        settings ??= [];
        settings["type"] = "complete";
        settings["rp_id"] ??= "shop.example";
        settings["origins"] ??= new JsonArray(CompleteSite.Origin);
        return (await manager.AppAsync(settings)).Id;
    }

    private async Task<(string Current, string Next)> KidsAsync(string app)
    {
        var keys = (await manager.GetAsync($"apps/{app}/signing-keys")).Expect(200).Json["keys"]!.AsArray();
        return (Kid("current"), Kid("next"));

        string Kid(string state) => (string)keys.Single(key => (string)key!["state"]! == state)!["kid"]!;
    }

    /// <summary>What operators did to it, the newest first.</summary>
    private async Task<IEnumerable<string>> ActionsAsync(string app, string target)
        => (await manager.GetAsync($"apps/{app}/audit?limit=500")).Expect(200).Json["changes"]!.AsArray()
            .Where(line => (string)line!["target"]! == target && ((string)line["actor"]!).StartsWith("operator:", StringComparison.Ordinal))
            .Select(line => (string)line!["action"]!);

    private async Task<Figures> FiguresAsync(string app)
    {
        await site.Services.GetRequiredService<StatisticsWriting>().WriteAsync(CancellationToken.None);
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        return await site.Services.GetRequiredService<FigureReader>().ReadAsync(new AppId(app), "30", CancellationToken.None);
    }

    [GeneratedRegex("""<a href="/console/apps/[^/]+/users/(?<id>[A-Za-z0-9]{24})">""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UserLink();

    [GeneratedRegex("""<a class="button" href="(?<path>[^"]+)">Next page""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NextPage();
}
