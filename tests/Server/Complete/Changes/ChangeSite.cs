using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Events;
using OpenPassage.Server.Tests.Complete.Codes;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Complete.Changes;

/// <summary>An app with codes and links whose people have addresses and numbers.</summary>
public class ChangeSite : CodeSite
{
    protected override IEnumerable<string> AppSettings =>
        ["Methods:Otp=true", "Methods:MagicLink=true", "LoginUrl=/login?x=1#/r", "RedirectUrl=/home"];

    protected override IEnumerable<string> Settings =>
    [
        .. base.Settings,
        "--OpenPassage:Sms:Url=https://sms.example.com/send",
        "--OpenPassage:Sms:Body={{ text }}",
        "--OpenPassage:Sms:Countries:0=*",
    ];
}

/// <summary>What people do who change an address, and what came of it.</summary>
internal sealed class ChangeCalls(ServerFixture site)
{
    private readonly Inbox inbox = new(site);

    public Visitor At(Place place) => new(site) { From = place.Http };

    /// <summary>An account with a proven address and a passkey, whose user is signed in at a place; a moment later.</summary>
    public async Task<(Visitor Visitor, string Email)> AccountAsync(Place place)
    {
        var (visitor, email) = (At(place), CompleteSite.NewEmail());
        await EnterAsync(visitor, email, registers: true);
        await AddPasskeyAsync(visitor);
        Later();
        return (visitor, email);
    }

    public static async Task AddPasskeyAsync(Visitor visitor)
        => (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200))).Expect(200);

    /// <summary>Somebody proves an address by a code, and is signed in.</summary>
    public async Task<Reply> EnterAsync(Visitor visitor, string email, bool registers = false)
    {
        var sent = registers ? (await visitor.RegisterAsync(email)).Expect(201) : (await visitor.AskAsync(email)).Expect(200);
        var code = (await inbox.OfAsync(email)).Last(message => message.Code is not null).Code!;
        var answer = await visitor.EnterAsync(sent, code);
        visitor.Keep(answer.Expect(200));
        return answer;
    }

    /// <summary>So that what happens next happens later, and somebody may be sent something again.</summary>
    public void Later(int seconds = 31) => site.Clock.Advance(TimeSpan.FromSeconds(seconds));

    public static Task<Reply> TryChangeAsync(Visitor visitor, string to, JsonObject? more = null, string what = "email")
    {
        var body = more ?? [];
        body[$"new_{what}"] = to;
        return visitor.SendAsync(HttpMethod.Patch, $"currentuser/{what}", body);
    }

    /// <summary>The secrets that the new address and the old one were sent.</summary>
    public async Task<(string Verify, string Undo)> ChangeAsync(Visitor visitor, string from, string to)
    {
        (await TryChangeAsync(visitor, to)).Expect(200);
        return (await SecretAsync(to, MessageKind.VerifyLink), await SecretAsync(from, MessageKind.IdentifierChanged));
    }

    /// <summary>What stands in a link that verifies or takes back.</summary>
    public static string SecretOf(Message message) => message.Link!.Split("psg_verify_link=", 2)[1].Split('&', '#')[0];

    private async Task<string> SecretAsync(string to, MessageKind kind)
        => SecretOf((await inbox.OfAsync(to)).Last(message => message.Kind == kind));

    public Task<Message> LastAsync(string to) => inbox.LastAsync(to);

    public async Task<IReadOnlyList<MessageKind>> KindsAsync(string to) => [.. (await inbox.OfAsync(to)).Select(one => one.Kind)];

    public static Task<Reply> OpenAsync(Visitor visitor, string secret)
        => visitor.SendAsync(HttpMethod.Patch, "magic-link/activate", new JsonObject { ["magic_link"] = secret });

    /// <summary>Opened, and nobody is signed in: the token has expired.</summary>
    public async Task OpenedAsync(Visitor visitor, string secret)
    {
        var answer = (await OpenAsync(visitor, secret)).Expect(200);
        var result = answer.Json["auth_result"]!;
        Assert.Null(result["refresh_token"]);
        Assert.NotEqual("", (string)result["redirect_url"]!);
        var thief = new Visitor(site) { Token = (string)result["auth_token"]! };
        Assert.True((long)thief.Claims["exp"]! < site.Clock.GetUtcNow().AddHours(-23).ToUnixTimeSeconds());
        Assert.Equal((401, "invalid_access_token"), (await thief.GetAsync("currentuser")).Refused);
    }

    /// <summary>Null: nobody has it.</summary>
    public async Task<Account?> AccountOfAsync(string value)
    {
        Assert.True(Identifiers.TryParse(value, out var identifier));
        return await site.Services.GetRequiredService<AccountStore>().FindAsync(new(CompleteSite.AppId), identifier, default);
    }

    public async Task<Account> AccountAsync(string userId)
        => (await site.Services.GetRequiredService<AccountStore>().GetAsync(new(CompleteSite.AppId), userId, default))!;

    /// <summary>What an account goes by, and how well that is proven: <c>-</c> not, <c>~</c> weakly, <c>+</c> well.</summary>
    public async Task<string> NamesAsync(string userId) => string.Join(
        ' ', (await AccountAsync(userId)).Identifiers.Select(one => $"{one.Value}{(one.IsProven ? '+' : one.IsWeak ? '~' : '-')}").Order());

    public async Task<IEnumerable<string>> EventsAsync(string userId)
        => (await site.Services.GetRequiredService<EventStore>().RecentAsync(new(CompleteSite.AppId), userId, 30, default))
            .Select(one => one.Type);

    /// <summary>Gives an account another identifier at once.</summary>
    public async Task AddAsync(string userId, IdentifierKind kind, string value, bool verified) => Assert.Equal(
        IdentifierOutcome.Has,
        await site.Services.GetRequiredService<IdentifierStore>().AddAsync(
            new(CompleteSite.AppId), userId, kind, value, verified, default));
}
