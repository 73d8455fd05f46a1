using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Messages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.Complete;
using OpenPassage.Server.Tests.Messages;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>The messages of Complete's apps at the console: listed, tested, looked at.</summary>
public partial class ConsoleMessagesTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Manager manager = new(site, ServerFixture.AdminKey);

    [Fact]
    public async Task Messages_are_listed_with_what_became_of_them_and_never_with_what_they_say_or_to_whom()
    {
        using var viewer = await Visitor.OperatorAsync(site, OperatorRole.Viewer);
        var app = await AppAsync();
        await WriteAsync(app, site.Code("ada@shop.example", "de"), site.Notice("grace@shop.example"));
        await SentAsync(app, 2);

        var page = (await viewer.GetAsync(PageOf(app))).Expect(200).Text;

        foreach (var shown in (string[])
            ["Code to sign in", "Email, German", "There is no account", "Email, English", "at shop.example", ">sent<", "1 Mar 2026"])
            Assert.Contains(shown, page, StringComparison.Ordinal);
        foreach (var hidden in (string[])["123456", "ada@", "grace@", "Ihr Code"])
            Assert.DoesNotContain(hidden, page, StringComparison.Ordinal);
        // Nor a form for what a viewer may not do.
        Assert.DoesNotContain("Send a test", page, StringComparison.Ordinal);
        Assert.Contains(">Messages</a>", (await viewer.GetAsync($"/console/apps/{app}")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_narrowed_to_a_state_and_read_page_by_page()
    {
        using var viewer = await Visitor.OperatorAsync(site, OperatorRole.Viewer);
        var app = await AppAsync();
        Assert.Contains("There are no messages of the last week", (await viewer.GetAsync(PageOf(app))).Expect(200).Text);
        await WriteAsync(app, [.. Enumerable.Range(0, 60).Select(one => site.Notice($"person-{one}@shop.example"))]);
        await SentAsync(app, 60);
        await BecomeAsync(app, "refused", "The mail server answered 550.", 3);
        await BecomeAsync(app, "given_up", "It could not be sent in time.", 2);
        await BecomeAsync(app, "waiting", "The mail server answered 451.", 1, due: site.Clock.GetUtcNow().AddHours(1));

        var (first, next) = await ReadAsync(viewer, PageOf(app));
        var (second, none) = await ReadAsync(viewer, next!);
        Assert.Equal((50, 10), (first, second));
        Assert.Null(none);
        foreach (var (state, number, said) in ((string, int, string)[])
            [("sent", 54, ">sent<"), ("refused", 3, "answered 550"), ("given_up", 2, "given up"), ("waiting", 1, "1 Mar 2026, 13:00")])
        {
            var path = $"{PageOf(app)}?state={state}";
            Assert.Contains(said, (await viewer.GetAsync(path)).Expect(200).Text, StringComparison.Ordinal);
            var (rows, more) = await ReadAsync(viewer, path);
            if (more is not null)
                rows += (await ReadAsync(viewer, more)).Rows;
            Assert.Equal(number, rows);
        }

        var other = (await viewer.GetAsync($"{PageOf(await AppAsync())}?state=refused")).Expect(200).Text;
        Assert.Contains("No messages match.", other, StringComparison.Ordinal);
    }

    /// <summary>Threat 38.</summary>
    [Fact]
    public async Task No_page_shows_another_apps_messages_or_mail()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var (mine, others) = (await AppAsync(), await AppAsync());
        await WriteAsync(others, site.Code("theirs@elsewhere.example"));
        await SentAsync(others, 1);
        var id = (await RowsAsync(others)).Single().Id;

        foreach (var path in (string[])[PageOf(mine), $"{PageOf(mine)}?test={id}", $"{PageOf(mine)}?state=sent"])
        {
            var page = (await admin.GetAsync(path)).Expect(200).Text;
            foreach (var theirs in (string[])["elsewhere.example", "123456", "Code to sign in"])
                Assert.DoesNotContain(theirs, page, StringComparison.Ordinal);
        }

        Assert.Contains("elsewhere.example", (await admin.GetAsync(PageOf(others))).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_mail_server_an_admin_on_the_same_machine_reads_mail_and_follows_its_links()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        using var viewer = await Visitor.OperatorAsync(site, OperatorRole.Viewer);
        var app = await AppAsync();
        const string Link = "https://www.shop.example/login?psg_magic_link=AbCdEfGhIjKlMnOpQrStUvWx-yZ01234&x=1";
        await WriteAsync(app, new Message(MessageKind.SignInLink, Messaging.Email("ada@shop.example"), "en")
        {
            Link = Link, ValidFor = TimeSpan.FromMinutes(5), AskedAt = site.Clock.GetUtcNow(),
        });
        await SentAsync(app, 1);

        var page = (await admin.GetAsync(PageOf(app))).Expect(200).Text;
        var address = Link.Replace("&", "&amp;", StringComparison.Ordinal);
        Assert.Contains(
            $"<a href=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer\">{address}</a>", page, StringComparison.Ordinal);
        Assert.Contains("ada@shop.example", page, StringComparison.Ordinal);
        Assert.Contains("no-store", (await admin.GetAsync(PageOf(app))).Header("Cache-Control"), StringComparison.Ordinal);

        var seen = (await viewer.GetAsync(PageOf(app))).Expect(200).Text;
        Assert.DoesNotContain("psg_magic_link", seen, StringComparison.Ordinal);
        Assert.Contains("your role is viewer", seen, StringComparison.Ordinal);
    }

    /// <summary>Threat 37: what a header says opens nothing.</summary>
    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("x-forwarded-proto", "http")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("Forwarded", "for=127.0.0.1;host=localhost")]
    [InlineData("X-Original-For", "127.0.0.1:1234")]
    [InlineData("Via", "1.1 localhost")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Host", "passkeys.example.com")]
    [InlineData("Host", "localhost.example.com")]
    public async Task A_request_that_came_through_a_proxy_is_shown_no_mail(string header, string value)
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var app = await AppAsync();
        await WriteAsync(app, site.Code("ada@shop.example"));
        await SentAsync(app, 1);
        Assert.Contains("123456", (await admin.GetAsync(PageOf(app))).Expect(200).Text, StringComparison.Ordinal);

        using var request = new HttpRequestMessage(HttpMethod.Get, PageOf(app));
        request.Headers.TryAddWithoutValidation("Cookie", admin.Cookie);
        request.Headers.TryAddWithoutValidation(header, value);
        var page = (await Reply.ReadAsync(await site.Http.SendAsync(request))).Expect(200).Text;

        Assert.DoesNotContain("123456", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ada@", page, StringComparison.Ordinal);
        Assert.Contains("It is not shown here because", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.2", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("::ffff:127.0.0.1", "::ffff:127.0.0.1", true)]
    [InlineData("192.0.2.7", "192.0.2.1", false)]
    [InlineData("192.0.2.7", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "192.0.2.1", false)]
    [InlineData("0.0.0.0", "0.0.0.0", false)]
    [InlineData(null, "127.0.0.1", false)]
    [InlineData("127.0.0.1", null, false)]
    public void Both_ends_of_the_connection_are_on_the_machine(string? from, string? to, bool shown)
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new("localhost:8420");
        context.Connection.RemoteIpAddress = from is null ? null : IPAddress.Parse(from);
        context.Connection.LocalIpAddress = to is null ? null : IPAddress.Parse(to);

        Assert.Equal(shown, OnThisMachine.WhyNot(context, site.Services.GetRequiredService<ConsoleApp>()) is null);
    }

    [Fact]
    public async Task A_test_goes_the_way_of_every_message_and_the_page_says_what_became_of_it()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin, $"ada-{Guid.NewGuid():N}@shop.example");
        var app = await AppAsync();
        // Who is called by an address is offered it.
        Assert.Matches("""<input id="to" name="to" value="ada-[0-9a-f]+@shop.example" """, (await admin.GetAsync(PageOf(app))).Text);

        var sent = await admin.PostAsync($"{PageOf(app)}/test", ("to", " Grace@Shop.example "));

        var row = (await SentAsync(app, 1)).Single();
        Assert.Equal(("test", "sent", "en", "shop.example"), (row.Kind, row.State, row.Language, row.Lane));
        Assert.Equal((303, $"{PageOf(app)}?test={row.Id}&done=test-written"), (sent.Status, sent.Header("Location")));
        var page = (await admin.GetAsync(sent.Header("Location")!)).Expect(200).Text;
        foreach (var shown in (string[])["The test is on its way", "It was kept as a file", "This is a test.", "grace@shop.example"])
            Assert.Contains(shown, page, StringComparison.Ordinal);
        var line = (await manager.GetAsync($"apps/{app}/audit")).Expect(200).Json["changes"]!.AsArray()
            .Single(line => (string)line!["action"]! == "SendTestMessage")!;
        Assert.Equal((row.Id, """{"channel":"email"}"""), ((string)line["target"]!, line["after"]!.ToJsonString()));
        Assert.StartsWith("operator:ada-", (string)line["actor"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("grace@", site.Log, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Threat 37.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("ada@shop.example\r\nBcc: eve@evil.example")]
    [InlineData("ada@shop.example\n")]
    [InlineData("ada@shop.example,eve@evil.example")]
    [InlineData("ada@shop.example;eve@evil.example")]
    [InlineData("ada@shop.example eve@evil.example")]
    [InlineData("Ada <ada@shop.example>")]
    [InlineData("\"ada\"@shop.example")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("ada@localhost")]
    [InlineData("+4915123456789")]
    [InlineData("+491512345678,+4915123456789")]
    [InlineData("LONG@shop.example")]
    public async Task A_receiver_that_is_none_gets_nothing(string to)
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var app = await AppAsync();
        to = to.Replace("LONG", new string('x', 307), StringComparison.Ordinal);
        if (to.EndsWith('\n'))
            to = $"{to}x";
        var before = site.Rows();

        var refused = await admin.PostAsync($"{PageOf(app)}/test", ("to", to));

        Assert.Equal(400, refused.Status);
        Assert.Contains(to.StartsWith("+4915", StringComparison.Ordinal) && !to.Contains(',', StringComparison.Ordinal)
            ? "This server sends no text messages"
            : "Name one email address", refused.Text, StringComparison.Ordinal);
        Assert.Equal(before, site.Rows());
        Assert.DoesNotContain("evil.example", site.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_sends_twenty_tests_an_hour_whoever_asks()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        using var another = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var (app, other) = (await AppAsync(), await AppAsync());
        for (var one = 0; one < 20; one++)
            Assert.Equal(303, (await TestAsync(one % 2 == 0 ? admin : another, app)).Status);
        var before = site.Rows();

        foreach (var one in (Visitor[])[admin, another])
        {
            var refused = await TestAsync(one, app);
            Assert.Equal(429, refused.Status);
            Assert.Contains("Very many tests were sent", refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal(20, (await RowsAsync(app)).Count);
        Assert.Equal(AuditIn(before), AuditIn(site.Rows()));
        Assert.Equal(303, (await TestAsync(admin, other)).Status);

        static IEnumerable<string> AuditIn(string rows)
            => rows.Split('\n').Where(row => row.StartsWith("audit:", StringComparison.Ordinal));
        static Task<Reply> TestAsync(Visitor visitor, string app) => visitor.PostAsync($"{PageOf(app)}/test", ("to", "ada@shop.example"));
    }

    [Theory]
    [InlineData("email")]
    [InlineData("phone")]
    public async Task Every_message_is_looked_at_in_every_language(string channel)
    {
        using var viewer = await Visitor.OperatorAsync(site, OperatorRole.Viewer);
        foreach (var (kind, language) in MessageKinds.All.SelectMany(kind => Languages.All.Select(language => (kind, language))))
        {
            var path = $"{PageOf(CompleteSite.AppId)}/preview?kind={kind.ToWord()}&language={language}&channel={channel}";

            var page = (await viewer.GetAsync(path)).Expect(200).Text;

            Assert.Contains("The shop", page, StringComparison.Ordinal);
            Assert.Equal(channel == "email", page.Contains("<iframe", StringComparison.Ordinal));
            Assert.Equal(kind is MessageKind.SignInCode or MessageKind.SignUpCode, page.Contains("123456", StringComparison.Ordinal));
            Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
            foreach (var chosen in (string[])[kind.ToWord(), language, channel])
                Assert.Matches($"<option value=\"{chosen}\" selected", page);
        }

        Assert.Contains("this-sample-link-opens-nothing", (await viewer.GetAsync(
            $"{PageOf(CompleteSite.AppId)}/preview?kind=sign_in_link&channel={channel}")).Expect(200).Text, StringComparison.Ordinal);
    }

    /// <summary>Threats 40 and 42.</summary>
    [Fact]
    public async Task The_HTML_of_a_message_is_shut_in_a_frame_of_the_consoles_own()
    {
        using var viewer = await Visitor.OperatorAsync(site, OperatorRole.Viewer);
        var preview = $"{PageOf(CompleteSite.AppId)}/preview";

        var html = (await viewer.GetAsync($"{preview}/html?kind=sign_in_link&language=de")).Expect(200);

        Assert.StartsWith("<!DOCTYPE html>", html.Text, StringComparison.Ordinal);
        var policy = html.Header("Content-Security-Policy")!;
        Assert.Equal(
            ["sandbox", "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "form-action 'none'", "base-uri 'none'",
                "frame-ancestors 'self'"],
            policy.Split("; "));
        Assert.Equal(
            ("SAMEORIGIN", "nosniff", "no-store"),
            (html.Header("X-Frame-Options"), html.Header("X-Content-Type-Options"), html.Header("Cache-Control")));
        var page = (await viewer.GetAsync($"{preview}?kind=sign_in_link&language=de")).Expect(200);
        Assert.EndsWith("frame-ancestors 'none'; frame-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("sandbox src=\"/console/apps/shop/messages/preview/html?kind=sign_in_link&amp;language=de\"", page.Text);
        Assert.Equal(404, (await viewer.GetAsync($"{preview}/html?channel=phone")).Status);
        Assert.DoesNotContain("frame-src", (await viewer.GetAsync(PageOf(CompleteSite.AppId))).Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task Apps_of_Flex_have_no_messages()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);
        var flex = PageOf(ServerFixture.App.Id);
        foreach (var path in (string[])[flex, $"{flex}/preview", $"{flex}/preview/html"])
            Assert.Equal(403, (await admin.GetAsync(path)).Status);
        Assert.Equal(403, (await admin.PostAsync($"{flex}/test", ("to", "ada@shop.example"))).Status);
        Assert.Equal(404, (await admin.GetAsync(PageOf("nothing"))).Status);
        Assert.DoesNotContain(
            "/messages", (await admin.GetAsync($"/console/apps/{ServerFixture.App.Id}")).Expect(200).Text, StringComparison.Ordinal);
    }

    internal static string PageOf(string app) => $"/console/apps/{app}/messages";

    private async Task<string> AppAsync() => (await manager.AppAsync(new()
    {
        ["name"] = "The club",
        ["type"] = "complete",
        ["rp_id"] = "shop.example",
        ["origins"] = new System.Text.Json.Nodes.JsonArray(CompleteSite.Origin),
    })).Id;

    private async Task WriteAsync(string app, params Message[] messages)
    {
        var outbox = site.Services.GetRequiredService<Outbox>();
        foreach (var message in messages)
        {
            await site.Services.GetRequiredService<Database>().WriteAsync(
                [await outbox.WritingAsync(site.App(app), message, "1 = 1", [], default)], default);
        }

        outbox.Hurry();
    }

    private ValueTask<IReadOnlyList<OutboxRow>> RowsAsync(string app)
        => site.Services.GetRequiredService<OutboxRows>().ListAsync(new(app), state: null, after: null, 1000, default);

    private async Task<IReadOnlyList<OutboxRow>> SentAsync(string app, int number)
    {
        for (var tries = 0; tries < 3000; tries++)
        {
            var rows = await RowsAsync(app);
            if (rows.Count == number && rows.All(row => row.State == "sent"))
                return rows;
            await Task.Delay(20);
        }

        throw new TimeoutException(string.Join('\n', await RowsAsync(app)));
    }

    /// <summary>As if the newest of those that were sent had met with something else.</summary>
    private async Task BecomeAsync(string app, string state, string error, int number, DateTimeOffset? due = null)
    {
        foreach (var row in (await RowsAsync(app)).Where(row => row.State == "sent").Take(number))
        {
            await site.Services.GetRequiredService<Database>().WriteAsync(
                [
                    new(
                        "UPDATE outbox SET state = @state, error = @error, due_at = @due WHERE app_id = @app AND message_id = @id",
                        Parameter.Text("state", state),
                        Parameter.Text("error", error),
                        due is null ? Parameter.Number("due", 0) : Parameter.Time("due", due),
                        Parameter.Text("app", app),
                        Parameter.Text("id", row.Id)),
                ],
                default);
        }
    }

    private static async Task<(int Rows, string? Next)> ReadAsync(Visitor visitor, string path)
    {
        var text = (await visitor.GetAsync(path)).Expect(200).Text;
        var next = Older().Match(text);
        return (
            Regex.Count(text, "<th scope=\"row\">", RegexOptions.None, TimeSpan.FromSeconds(1)),
            next.Success ? next.Groups["path"].Value.Replace("&amp;", "&", StringComparison.Ordinal) : null);
    }

    [GeneratedRegex("""<a class="button" href="(?<path>[^"]+)">Older""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Older();
}

/// <summary>Where the console has an address of its own on the internet.</summary>
public class ConsoleMessagesElsewhereTests(ConsoleMessagesElsewhereTests.Site site)
    : IClassFixture<ConsoleMessagesElsewhereTests.Site>
{
    private const string Public = "https://passkeys.example.com";

    [Fact]
    public async Task A_console_with_a_public_address_shows_no_mail_even_to_the_same_machine()
    {
        using var admin = new Visitor(site, consoleOrigin: Public);
        (await admin.SetUpAsync(await Visitor.InviteAsync(site, OperatorRole.Admin, "ada"))).Expect(200);
        await site.WriteAsync(site.Code("ada@shop.example"));
        await site.WaitForRowsAsync(rows => rows is [{ State: "sent" }]);

        var page = (await admin.GetAsync(ConsoleMessagesTests.PageOf(CompleteSite.AppId))).Expect(200).Text;

        Assert.Contains("Code to sign in", page, StringComparison.Ordinal);
        Assert.DoesNotContain("123456", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ada@", page, StringComparison.Ordinal);
        Assert.Contains($"the console&#x27;s address is {Public}, not localhost", page, StringComparison.Ordinal);
    }

    public sealed class Site : CompleteSite
    {
        protected override IEnumerable<string> Settings => [.. base.Settings, $"--OpenPassage:Console:Origin={Public}"];
    }
}

/// <summary>With a mail server, and templates that an operator is writing.</summary>
public class ConsoleTemplatesTests(ConsoleTemplatesTests.Site site) : IClassFixture<ConsoleTemplatesTests.Site>
{
    private const string Preview = $"/console/apps/{CompleteSite.AppId}/messages/preview";

    [Fact]
    public async Task With_a_mail_server_no_mail_is_kept_or_shown()
    {
        using var admin = await Visitor.OperatorAsync(site, OperatorRole.Admin);

        Assert.Equal(303, (await admin.PostAsync(
            $"{ConsoleMessagesTests.PageOf(CompleteSite.AppId)}/test", ("to", "person@shop.example"))).Status);

        var rows = await site.WaitForRowsAsync(rows => rows is [{ State: "sent" }]);
        var page = (await admin.GetAsync($"{ConsoleMessagesTests.PageOf(CompleteSite.AppId)}?test={rows[0].Id}")).Expect(200).Text;
        Assert.DoesNotContain("Kept mail", page, StringComparison.Ordinal);
        Assert.Contains("The mail server or provider has taken it.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_is_shown_as_it_is_now_and_a_broken_one_with_file_and_line()
    {
        using var viewer = await Visitor.OperatorAsync(site, OperatorRole.Viewer);
        var file = Path.Combine(site.Templates.FullName, "sign_in_code.html.liquid");
        await File.WriteAllTextAsync(file, "<p>Moin {{ app }}: {{ code }}</p><script>alert(1)</script>");
        var html = (await viewer.GetAsync($"{Preview}/html?kind=sign_in_code")).Expect(200);
        Assert.StartsWith("<p>Moin The shop: 123456</p>", html.Text, StringComparison.Ordinal);
        Assert.StartsWith("sandbox; default-src 'none';", html.Header("Content-Security-Policy"), StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, "<p>\n{{ app }}\n{% if code %}\n</p>");
        var broken = (await viewer.GetAsync($"{Preview}?kind=sign_in_code")).Expect(200).Text;
        Assert.Matches("A template cannot be read. sign_in_code.html.liquid, line [0-9]+: ", broken);
        Assert.DoesNotContain(site.Templates.FullName, broken, StringComparison.Ordinal);
        Assert.Equal(403, (await viewer.GetAsync($"{Preview}/html?kind=sign_in_code")).Status);

        File.Delete(file);
        var texts = Path.Combine(site.Templates.FullName, "de.json");
        await File.WriteAllTextAsync(texts, "{\n  \"test.intro\": \"Gut\",\n  \"test.subject\": \"{% if %}\"\n}");
        Assert.Contains("de.json, test.subject, line 3: ", (await viewer.GetAsync(Preview)).Expect(200).Text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(texts, "{\n  \"test.intro\": 1\n}");
        Assert.Contains("de.json: test.intro should", (await viewer.GetAsync(Preview)).Expect(200).Text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(texts, "{\n  oops\n}");
        Assert.Contains("de.json, line 2: ", (await viewer.GetAsync(Preview)).Expect(200).Text, StringComparison.Ordinal);
        File.Delete(texts);

        await File.WriteAllTextAsync(file, "{% include 'nothing' %}");
        Assert.Contains("no message written with it", (await viewer.GetAsync(Preview)).Expect(200).Text, StringComparison.Ordinal);
        File.Delete(file);
        Assert.Contains("<iframe", (await viewer.GetAsync(Preview)).Expect(200).Text, StringComparison.Ordinal);
    }

    public sealed class Site : MailSite
    {
        public DirectoryInfo Templates { get; } = Directory.CreateTempSubdirectory("openpassage-tests-");

        protected override IEnumerable<string> MailSettings => [.. base.MailSettings, $"--OpenPassage:Mail:Templates={Templates.FullName}"];

        public override async ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            await base.DisposeAsync();
            Templates.Delete(recursive: true);
        }
    }
}
