using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>Events of all apps at once.</summary>
public partial class ConsoleEventsTests(ServerFixture server) : ServerTests(server)
{
    private const string Events = "/console/events";

    /// <summary>An app of that name in which that user registers, signs in and is refused once.</summary>
    private async Task<TestApp> HappenedAsync(string name, string user)
    {
        var app = await Manager.AppAsync(new JsonObject { ["name"] = name });
        var (backend, page) = (new Backend(Server, app), new Page(Server, app));
        (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync(user)).Expect(201)["transaction_id"])).Expect(200);
        (await page.AuthenticateAsync((await backend.CreateAuthenticateTransactionAsync(user)).Expect(201)["transaction_id"])).Expect(200);
        (await page.AuthenticateAsync(
            (await backend.CreateAuthenticateTransactionAsync(user)).Expect(201)["transaction_id"],
            ceremony => ceremony.ClientData.Origin = "https://evil.example")).Expect(401);
        return app;
    }

    private static int Rows(Reply page) => page.Expect(200).Text.Split("<th scope=\"row\">").Length - 1;

    [Theory]
    [InlineData(OperatorRole.Viewer)]
    [InlineData(OperatorRole.Admin)]
    internal async Task Every_operator_sees_what_happened_in_all_apps_and_in_which(OperatorRole role)
    {
        using var one = await Visitor.OperatorAsync(Server, role);
        var user = NewUser();
        var (shop, bank) = (await HappenedAsync("Corner shop", user), await HappenedAsync("Small bank", user));

        Assert.Contains($"href=\"{Events}\"", (await one.GetAsync("/console")).Expect(200).Text, StringComparison.Ordinal);
        var page = (await one.GetAsync($"{Events}?user={user}")).Expect(200);

        // Two apps have a user of that name, each with a page of its own.
        Assert.Equal(6, Rows(page));
        foreach (var (app, name) in ((TestApp, string)[])[(shop, "Corner shop"), (bank, "Small bank")])
        {
            Assert.Contains($"<a href=\"/console/apps/{app.Id}\">{name}</a>", page.Text, StringComparison.Ordinal);
            Assert.Contains(
                $"/console/apps/{app.Id}/users/{await new Backend(Server, app).UserIdAsync(user)}", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task They_are_filtered_by_app_user_type_outcome_rejection_and_time()
    {
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        var user = NewUser();
        var app = await HappenedAsync("Shop", user);
        await HappenedAsync("Bank", user);
        var id = await new Backend(Server, app).UserIdAsync(user);
        var today = Server.Clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var tomorrow = Server.Clock.GetUtcNow().AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        foreach (var (filters, rows) in ((string, int)[])
        [
            ("", 6), ($"&app={app.Id}", 3), ("&type=passkey_login", 4), ("&type=passkey_registered", 2), ("&outcome=refused", 2),
            ("&outcome=ok", 4), ("&rejection=wrong_origin", 2), ("&rejection=bad_signature", 0), ($"&from={today}&to={today}", 6),
            ($"&from={tomorrow}", 0), ($"&to={today}&app={app.Id}&type=passkey_login&outcome=refused", 1), ("&to=9999-12-31", 6),
        ])
            Assert.Equal((filters, rows), (filters, Rows(await viewer.GetAsync($"{Events}?user={user}{filters}"))));
        Assert.Equal(3, Rows(await viewer.GetAsync($"{Events}?user={id}")));
        Assert.Equal(0, Rows(await viewer.GetAsync($"{Events}?user=nobody-{user}")));
    }

    [Theory]
    [InlineData("app=nobody", "There is no such app.")]
    [InlineData("app=.console", "There is no such app.")]
    [InlineData("type=party", "type is one of")]
    [InlineData("from=yesterday", "from is a time such as")]
    [InlineData("user=%00", "is longer than")]
    [InlineData("rejection=%00", "is longer than")]
    [InlineData("app=%00", "There is no such app.")]
    public async Task What_is_wrong_with_a_filter_is_said_and_nothing_is_shown(string filter, string said)
    {
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        await HappenedAsync("Shop", NewUser());
        var page = await viewer.GetAsync($"{Events}?{filter}");
        Assert.Equal(0, Rows(page));
        Assert.Contains(said, page.Text, StringComparison.Ordinal);
        Assert.Contains(said, (await viewer.GetAsync($"{Events}/export?format=csv&{filter}")).Expect(400).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operators_own_sign_ins_are_no_events_of_an_app()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        (await admin.SignInAsync()).Expect(200);
        Assert.DoesNotContain(".console", (await admin.GetAsync(Events)).Expect(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            ".console", (await admin.GetAsync($"{Events}/export?format=jsonl")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_paged_through_without_gap_or_repeat()
    {
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        var user = NewUser();
        TestApp[] apps = [await HappenedAsync("Shop", user), await HappenedAsync("Bank", user)];
        foreach (var app in apps)
        {
            var (backend, page) = (new Backend(Server, app), new Page(Server, app));
            (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync(user)).Expect(201)["transaction_id"])).Expect(200);
            for (var i = 0; i < 25; i++)
                (await page.AuthenticateAsync()).Expect(200);
        }

        var first = await viewer.GetAsync($"{Events}?user={user}");
        Assert.Equal(50, Rows(first));
        var older = Older().Match(first.Text).Groups["path"].Value;
        Assert.Equal(8, Rows(await viewer.GetAsync(System.Net.WebUtility.HtmlDecode(older))));
    }

    [Fact]
    public async Task They_are_exported_as_JSON_lines_and_CSV_and_no_cell_is_a_formula()
    {
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        var user = "=cmd|' /C calc'!A0" + NewUser();
        var (shop, bank) = (await HappenedAsync("Shop", user), await HappenedAsync("Bank", user));

        var lines = (await viewer.GetAsync($"{Events}/export?format=jsonl&user={Uri.EscapeDataString(user)}")).Expect(200);
        var apps = lines.Text.TrimEnd('\n').Split('\n').Select(line => (string)JsonNode.Parse(line)!["app_id"]!).ToList();
        Assert.Equal((3, 3), (apps.Count(app => app == shop.Id), apps.Count(app => app == bank.Id)));
        Assert.Equal("attachment; filename=\"events.jsonl\"", lines.Header("Content-Disposition"));

        var table = (await viewer.GetAsync($"{Events}/export?format=csv&app={bank.Id}&user={Uri.EscapeDataString(user)}")).Expect(200);
        Assert.Equal(4, table.Text.TrimEnd().Split("\r\n").Length);
        Assert.Contains(",'=cmd|", table.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(",=cmd|", table.Text, StringComparison.Ordinal);
        Assert.Equal($"attachment; filename=\"events-{bank.Id}.csv\"", table.Header("Content-Disposition"));
    }

    [GeneratedRegex("href=\"(?<path>/console/events\\?[^\"]*after=[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Older();
}
