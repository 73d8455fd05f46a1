using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Tests.Complete.Codes;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete.Links;

/// <summary>Threat 35, for links: where accounts are hidden, only who reads the message learns whether there is one.</summary>
public partial class HiddenLinksTests(HiddenLinksTests.Site site) : IClassFixture<HiddenLinksTests.Site>
{
    public sealed class Site : CodeSite
    {
        protected override IEnumerable<string> AppSettings => ["Methods:MagicLink=true", "HideAccounts=true"];
    }

    private readonly Visitor visitor = new(site);
    private readonly Inbox inbox = new(site);

    [Fact]
    public async Task Asking_answers_alike_whoever_there_is()
    {
        string[] emails = [await KnownAsync(), CompleteSite.NewEmail(), await DeactivatedAsync()];
        foreach (var what in (string[])["login", "register"])
        {
            site.Clock.Advance(TimeSpan.FromSeconds(31));
            var replies = new List<Reply>();
            foreach (var email in emails)
                replies.Add(await AskAsync(email, what));
            Assert.Single(replies.Select(Shape).Distinct());
            Assert.Equal(200, replies[0].Status);

            // Nobody has opened one: what is asked with any of these ids is answered alike too.
            var statuses = new List<Reply>();
            foreach (var reply in replies)
                statuses.Add(await StatusAsync(reply.Json["magic_link"]!["id"]!.ToString()));
            Assert.Equal("404 magic_link_not_found", Assert.Single(statuses.Select(one => $"{one.Status} {one["code"]}").Distinct()));
        }

        // The second one within half a minute.
        foreach (var email in emails)
            Assert.Equal((429, "exceeded_attempts"), (await AskAsync(email, "login")).Refused);
    }

    [Fact]
    public async Task For_an_address_without_an_account_a_sign_in_writes_the_message_and_nothing_else()
    {
        // The app's secrets are made when they are first needed.
        (await AskAsync(CompleteSite.NewEmail(), "login")).Expect(200);
        var before = site.Rows().Split('\n');
        var email = CompleteSite.NewEmail();

        (await AskAsync(email, "login")).Expect(200);

        Assert.StartsWith("outbox: ", Assert.Single(site.Rows().Split('\n').Except(before)), StringComparison.Ordinal);
        var message = await inbox.LastAsync(email);
        Assert.Equal((MessageKind.NoAccount, null), (message.Kind, message.Link));
    }

    [Fact]
    public async Task An_account_comes_to_be_when_the_link_is_opened_and_has_the_id_that_it_always_had()
    {
        var email = CompleteSite.NewEmail();
        var shown = (await visitor.GetAsync($"users?identifier={Uri.EscapeDataString(email)}")).Expect(200).Json["user"]!["id"]!.ToString();
        (await AskAsync(email, "register")).Expect(200);
        Assert.DoesNotContain($"identifiers: {CompleteSite.AppId} | email | {email}", site.Rows(), StringComparison.Ordinal);
        var message = await inbox.LastAsync(email);
        Assert.Equal(MessageKind.SignUpLink, message.Kind);

        visitor.Keep((await visitor.SendAsync(
            HttpMethod.Patch, "magic-link/activate", new JsonObject { ["magic_link"] = LinkSite.SecretOf(message.Link!) })).Expect(200));

        Assert.Equal(shown, visitor.UserId);
        Assert.Equal(email, (string)(await visitor.GetAsync("currentuser")).Expect(200).Json["user"]!["email"]!);
    }

    [Fact]
    public async Task Whoever_registers_gets_the_link_once_more_as_clients_ask_for_it()
    {
        var (unknown, known) = (CompleteSite.NewEmail(), await KnownAsync());
        (await AskAsync(unknown, "register")).Expect(200);
        (await AskAsync(known, "register")).Expect(200);
        site.Clock.Advance(TimeSpan.FromSeconds(31));

        (await AskAsync(unknown, "login")).Expect(200);

        Assert.Equal(MessageKind.SignUpLink, (await inbox.LastAsync(unknown)).Kind);
        Assert.Equal(MessageKind.SignInLink, (await inbox.LastAsync(known)).Kind);
    }

    private Task<Reply> AskAsync(string email, string what)
        => visitor.PostAsync($"{what}/magic-link", new JsonObject { ["identifier"] = email });

    private Task<Reply> StatusAsync(string id) => visitor.PostAsync("magic-link/status", new JsonObject { ["id"] = id });

    private async Task<string> KnownAsync()
    {
        var (person, email) = (new Visitor(site), CompleteSite.NewEmail());
        (await person.PostAsync("register/magic-link", new JsonObject { ["identifier"] = email })).Expect(200);
        var link = (await inbox.LastAsync(email)).Link!;
        person.Keep((await person.SendAsync(
            HttpMethod.Patch, "magic-link/activate", new JsonObject { ["magic_link"] = LinkSite.SecretOf(link) })).Expect(200));
        site.Clock.Advance(TimeSpan.FromHours(2));
        return email;
    }

    private async Task<string> DeactivatedAsync()
    {
        var email = await KnownAsync();
        var user = (await visitor.GetAsync($"users?identifier={Uri.EscapeDataString(email)}")).Expect(200).Json["user"]!;
        (await new Office(site).DeactivateAsync((string)user["id"]!)).Expect(200);
        return email;
    }

    // Ids differ in their letters alone, and the time in the head.
    private static string Shape(Reply reply) => string.Join(
        '\n',
        [
            $"{reply.Status} {Id().Replace(reply.Text, "ID")}",
            .. reply.Message.Headers.Concat(reply.Message.Content.Headers)
                .Where(header => header.Key != "Date")
                .Select(header => $"{header.Key}: {string.Join(',', header.Value)}"),
        ]);

    [GeneratedRegex("\"id\":\"[A-Za-z0-9]{24}\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}
