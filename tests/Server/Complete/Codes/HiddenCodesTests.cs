using System.Text.Json.Nodes;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete.Codes;

/// <summary>Threat 35, for codes: where accounts are hidden, only who reads the message learns whether there is one.</summary>
public class HiddenCodesTests(HiddenCodesTests.Site site) : IClassFixture<HiddenCodesTests.Site>
{
    public sealed class Site : CodeSite
    {
        protected override IEnumerable<string> AppSettings => ["Methods:Otp=true", "HideAccounts=true"];
    }

    private readonly Visitor visitor = new(site);
    private readonly Inbox inbox = new(site);

    [Fact]
    public async Task An_account_comes_to_be_when_the_code_is_entered_and_has_the_id_that_it_always_had()
    {
        // The first calls of all make the app's secrets.
        await LookUpAsync(CompleteSite.NewEmail());
        (await visitor.RegisterAsync(CompleteSite.NewEmail())).Expect(201);
        var email = CompleteSite.NewEmail();
        var before = site.Rows();
        var begun = (await visitor.PostAsync("users", new JsonObject
        {
            ["identifier"] = email, ["user_metadata"] = new JsonObject { ["nickname"] = "Ann" },
        })).Expect(200);
        Assert.Equal(before, site.Rows());
        var sent = (await visitor.RegisterAsync(email)).Expect(201);
        var written = site.Rows().Split('\n').Except(before.Split('\n'));
        Assert.StartsWith("outbox: ", Assert.Single(written), StringComparison.Ordinal);
        Assert.Equal(MessageKind.SignUpCode, (await inbox.LastAsync(email)).Kind);

        visitor.Keep((await visitor.EnterAsync(sent, await inbox.CodeAsync(email))).Expect(200));

        Assert.Equal(begun.Json["user"]!["id"]!.ToString(), visitor.UserId);
        Assert.Equal(begun.Json["user"]!.ToJsonString(), (await LookUpAsync(email)).Json["user"]!.ToJsonString());
        (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200))).Expect(200);
        (await visitor.SignInAsync(email)).Expect(200);
    }

    [Fact]
    public async Task Everything_answers_alike_whoever_there_is()
    {
        string[] emails = [await KnownAsync(), CompleteSite.NewEmail(), await DeactivatedAsync(), await PendingAsync()];
        Func<string, Task<Reply>>[] calls =
        [
            LookUpAsync,
            email => visitor.PostAsync("users", new JsonObject { ["identifier"] = email }),
            email => visitor.StartSignUpAsync(email),
            email => visitor.AskAsync(email),
            email => visitor.RegisterAsync(email),
        ];
        foreach (var call in calls)
        {
            site.Clock.Advance(TimeSpan.FromSeconds(31));
            var replies = new List<Reply>();
            foreach (var email in emails)
                replies.Add(await call(email));
            Assert.Single(replies.Select(Shape).Distinct());
        }

        // The second one within half a minute.
        foreach (var email in emails)
            Assert.Equal((429, "exceeded_attempts"), (await visitor.AskAsync(email)).Refused);
    }

    [Fact]
    public async Task Only_the_message_says_whether_there_is_an_account()
    {
        var (known, unknown, inactive) = (await KnownAsync(), CompleteSite.NewEmail(), await DeactivatedAsync());
        foreach (var email in (string[])[known, unknown, inactive])
        {
            var before = site.Rows().Split('\n');
            (await visitor.AskAsync(email)).Expect(200);
            Assert.StartsWith("outbox: ", Assert.Single(site.Rows().Split('\n').Except(before)), StringComparison.Ordinal);
        }

        Assert.Equal(MessageKind.SignInCode, (await inbox.LastAsync(known)).Kind);
        var none = await inbox.LastAsync(unknown);
        Assert.Equal((MessageKind.NoAccount, null), (none.Kind, none.Code));
        Assert.Equal(MessageKind.SignInCode, (await inbox.LastAsync(inactive)).Kind);

        site.Clock.Advance(TimeSpan.FromSeconds(31));
        var signsUp = (await visitor.RegisterAsync(known)).Expect(201);
        Assert.Equal(MessageKind.SignInCode, (await inbox.LastAsync(known)).Kind);
        (await visitor.EnterAsync(signsUp, await inbox.CodeAsync(known))).Expect(200);
    }

    [Fact]
    public async Task Whoever_registers_gets_the_code_once_more_as_elements_ask_for_it()
    {
        var email = CompleteSite.NewEmail();
        (await visitor.RegisterAsync(email)).Expect(201);
        site.Clock.Advance(TimeSpan.FromSeconds(31));

        var again = (await visitor.AskAsync(email)).Expect(200);

        Assert.Equal(MessageKind.SignUpCode, (await inbox.LastAsync(email)).Kind);
        (await visitor.EnterAsync(again, await inbox.CodeAsync(email))).Expect(200);
    }

    [Fact]
    public async Task Guesses_at_a_code_that_was_never_sent_end_like_those_at_any()
    {
        string[] emails = [await KnownAsync(), CompleteSite.NewEmail()];
        var transcripts = new List<string>();
        foreach (var email in emails)
        {
            var transcript = new List<string>();
            for (var number = 0; number < 5; number++)
            {
                var sent = (await visitor.AskAsync(email)).Expect(200);
                site.Clock.Advance(TimeSpan.FromSeconds(31));
                var code = (await inbox.LastAsync(email)).Code ?? "123456";
                for (var guess = 1; guess <= 6; guess++)
                {
                    var reply = await visitor.EnterAsync(sent, CodeCalls.Wrong(code, guess));
                    transcript.Add($"{reply.Status} {reply.Text}");
                }
            }

            site.Clock.Advance(TimeSpan.FromHours(2));
            var off = await visitor.AskAsync(email);
            Assert.Equal((429, "exceeded_attempts"), off.Refused);
            transcript.Add($"{off.Text} {off.Header("Retry-After")}");
            transcripts.Add(string.Join('\n', transcript));
        }

        Assert.Equal(5, transcripts[0].Split('\n').Count(line => line.StartsWith("401 ", StringComparison.Ordinal)));
        Assert.Equal(transcripts[0], transcripts[1]);
    }

    [Fact]
    public async Task Of_many_who_register_one_address_at_once_one_account_comes_to_be()
    {
        var email = CompleteSite.NewEmail();
        var sent = (await visitor.RegisterAsync(email)).Expect(201);
        var code = await inbox.CodeAsync(email);
        site.Clock.Advance(TimeSpan.FromSeconds(31));
        var second = (await visitor.RegisterAsync(email)).Expect(201);
        var secondCode = await inbox.CodeAsync(email);

        var replies = await Task.WhenAll(
            visitor.EnterAsync(sent, code), visitor.EnterAsync(second, secondCode), visitor.EnterAsync(sent, code),
            visitor.EnterAsync(second, secondCode));

        var ids = replies.Where(reply => reply.Status == 200).Select(reply =>
        {
            var person = new Visitor(site);
            person.Keep(reply);
            return person.UserId;
        }).ToList();
        Assert.InRange(ids.Count, 1, 2);
        Assert.Single(ids.Distinct());
    }

    private Task<Reply> LookUpAsync(string email) => visitor.GetAsync($"users?identifier={email}");

    private async Task<string> KnownAsync()
    {
        var (person, email) = (new Visitor(site), CompleteSite.NewEmail());
        person.Keep((await person.EnterAsync((await person.RegisterAsync(email)).Expect(201), await inbox.CodeAsync(email))).Expect(200));
        site.Clock.Advance(TimeSpan.FromHours(2));
        return email;
    }

    private async Task<string> DeactivatedAsync()
    {
        var email = await KnownAsync();
        var userId = (await LookUpAsync(email)).Json["user"]!["id"]!.ToString();
        (await new Office(site).DeactivateAsync(userId)).Expect(200);
        return email;
    }

    private async Task<string> PendingAsync()
    {
        var email = CompleteSite.NewEmail();
        await new Office(site).CreateAsync(email);
        return email;
    }

    // What a stranger sees, but for what is random and what the stranger has said.
    private static string Shape(Reply reply) => string.Join(
        '\n',
        [
            $"{reply.Status} {reply.Text.Length - (reply.Json["user"]?["email"]?.ToString().Length ?? 0)}",
            .. reply.Message.Headers.Concat(reply.Message.Content.Headers)
                .Where(header => header.Key is not ("Date" or "Content-Length"))
                .Select(header => $"{header.Key}: {string.Join(',', header.Value)}"),
            .. reply.Json.AsObject().Select(member => member.Key),
        ]);
}
