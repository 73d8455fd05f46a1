using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpenPassage.Authenticator;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>What operators do about their own passkeys and sessions, and admins about invitations.</summary>
public partial class ConsoleAccountTests(ServerFixture server) : ServerTests(server)
{
    private const string Account = "/console/account";

    /// <summary>Makes a passkey on another authenticator, in this visitor's session.</summary>
    private static async Task<Reply> AddAsync(Visitor visitor, SoftwareAuthenticator authenticator)
    {
        var started = (await visitor.SayAsync($"{Account}/passkeys/start", [])).Expect(200);
        return await FinishAsync(visitor, authenticator, started);
    }

    private static Task<Reply> FinishAsync(Visitor visitor, SoftwareAuthenticator authenticator, Reply started)
        => visitor.SayAsync($"{Account}/passkeys/finish", new JsonObject
        {
            ["handshake"] = started["handshake"],
            ["response"] = authenticator.Create(started.Text, Visitor.ConsoleOrigin).ToJsonObject(ResponseShape.Browser),
        });

    private static async Task<string[]> RemovalsAsync(Visitor visitor) =>
        [.. Removal().Matches((await visitor.GetAsync(Account)).Expect(200).Text).Select(match => match.Groups["path"].Value)];

    [Theory]
    [InlineData(OperatorRole.Viewer)]
    [InlineData(OperatorRole.Admin)]
    internal async Task An_operator_adds_a_second_passkey_and_signs_in_with_it(OperatorRole role)
    {
        using var one = await Visitor.OperatorAsync(Server, role);
        (await one.PostAsync($"{Account}/passkeys/add")).Expect(200);
        using var elsewhere = new Visitor(Server);
        Assert.Equal($"{Account}?done=passkey-added", (await AddAsync(one, elsewhere.Authenticator)).Expect(200)["location"]);
        (await elsewhere.SignInAsync()).Expect(200);
        (await elsewhere.GetAsync(Account)).Expect(200);
        (await one.SignInAsync()).Expect(200);
    }

    /// <summary>Threat 29.</summary>
    [Fact]
    public async Task To_add_or_remove_a_passkey_one_is_shown_first()
    {
        using var one = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        (await AddAsync(one, new SoftwareAuthenticator())).Expect(200);
        var removal = (await RemovalsAsync(one))[0];
        Server.Clock.Advance(Session.Confirmed);

        Assert.Contains(
            "Confirm that it is you", (await one.PostAsync($"{Account}/passkeys/add")).Expect(403).Text, StringComparison.Ordinal);
        Assert.Contains(
            "five minutes", (await one.SayAsync($"{Account}/passkeys/start", [])).Expect(403)["error"], StringComparison.Ordinal);
        Assert.Contains("Confirm that it is you", (await one.PostAsync(removal)).Expect(403).Text, StringComparison.Ordinal);
        Assert.Equal(2, (await RemovalsAsync(one)).Length);

        (await one.ConfirmAsync()).Expect(200);
        Assert.Equal(303, (await one.PostAsync(removal)).Status);
    }

    [Fact]
    public async Task A_ceremony_of_another_operator_or_of_a_link_adds_nothing_and_one_counts_once()
    {
        using var one = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var name = NewUser();
        using var other = await Visitor.OperatorAsync(Server, OperatorRole.Viewer, name);
        var others = (await other.SayAsync($"{Account}/passkeys/start", [])).Expect(200);
        Assert.Equal(400, (await FinishAsync(one, new SoftwareAuthenticator(), others)).Status);

        var token = await Visitor.InviteAsync(Server, OperatorRole.Viewer, name);
        var ofLink = (await other.SayAsync("/console/setup/start", new JsonObject { ["token"] = token })).Expect(200);
        Assert.Equal(400, (await FinishAsync(other, new SoftwareAuthenticator(), ofLink)).Status);
        using var setUp = new Visitor(Server);
        Assert.Equal(400, (await setUp.FinishSetUpAsync(token, others)).Status);

        (await FinishAsync(other, new SoftwareAuthenticator(), others)).Expect(200);
        Assert.Equal(400, (await FinishAsync(other, new SoftwareAuthenticator(), others)).Status);
        Assert.Equal(2, (await RemovalsAsync(other)).Length);
        Assert.Empty(await RemovalsAsync(one));
    }

    [Fact]
    public async Task A_removed_passkey_signs_in_no_more_and_sessions_elsewhere_end()
    {
        using var one = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        using var lost = new Visitor(Server);
        // The list is by age: the lost one stands last.
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        (await AddAsync(one, lost.Authenticator)).Expect(200);
        (await lost.SignInAsync()).Expect(200);
        (await lost.GetAsync(Account)).Expect(200);

        Assert.EndsWith(
            "done=passkey-removed", (await one.PostAsync((await RemovalsAsync(one))[^1])).Header("Location"), StringComparison.Ordinal);

        Assert.Equal(303, (await lost.GetAsync(Account)).Status);
        Assert.Equal(400, (await lost.SignInAsync()).Status);
        (await one.GetAsync(Account)).Expect(200);
    }

    [Fact]
    public async Task The_last_passkey_stays_also_when_both_are_removed_at_once()
    {
        using var one = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        (await AddAsync(one, new SoftwareAuthenticator())).Expect(200);
        var removals = await RemovalsAsync(one);
        Assert.Equal(2, removals.Length);

        var replies = await Task.WhenAll(removals.Select(path => one.PostAsync(path)));

        Assert.Equal([303, 409], replies.Select(reply => reply.Status).Order());
        Assert.Empty(await RemovalsAsync(one));
        var last = replies[0].Status == 409 ? removals[0] : removals[1];
        Assert.Equal(409, (await one.PostAsync(last)).Status);
    }

    [Fact]
    public async Task Nobody_removes_another_operators_passkey_or_ends_another_operators_session()
    {
        using var one = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        using var other = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        (await AddAsync(one, new SoftwareAuthenticator())).Expect(200);
        (await AddAsync(other, new SoftwareAuthenticator())).Expect(200);
        Assert.Equal(409, (await one.PostAsync((await RemovalsAsync(other))[0])).Status);
        Assert.Equal(2, (await RemovalsAsync(other)).Length);

        await one.PostAsync($"{Account}/end-session", ("session", Convert.ToHexStringLower(Session.HashOf(other.Cookie!.Split('=')[1]))));
        (await other.GetAsync(Account)).Expect(200);
    }

    [Fact]
    public async Task One_session_ends_and_the_others_go_on()
    {
        using var one = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        using var second = new Visitor(Server) { Authenticator = one.Authenticator };
        using var third = new Visitor(Server) { Authenticator = one.Authenticator };
        (await second.SignInAsync()).Expect(200);
        (await third.SignInAsync()).Expect(200);
        var hash = Convert.ToHexStringLower(Session.HashOf(second.Cookie!.Split('=')[1]));
        Assert.Contains(hash, (await one.GetAsync(Account)).Expect(200).Text, StringComparison.Ordinal);

        Assert.Equal(303, (await one.PostAsync($"{Account}/end-session", ("session", hash))).Status);

        Assert.Equal(303, (await second.GetAsync(Account)).Status);
        (await third.GetAsync(Account)).Expect(200);
        (await one.GetAsync(Account)).Expect(200);
        Assert.Equal(404, (await one.PostAsync($"{Account}/end-session", ("session", "none"))).Status);
    }

    [Fact]
    public async Task An_invitation_that_nobody_has_used_is_listed_and_withdrawn()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var name = NewUser();
        var token = await Visitor.InviteAsync(Server, OperatorRole.Viewer, name);
        Assert.Contains(name, (await admin.GetAsync("/console/operators")).Expect(200).Text, StringComparison.Ordinal);

        var withdrawal = $"/console/operators/invitations/{token.Split('_')[1]}/withdraw";
        Assert.Equal(303, (await admin.PostAsync(withdrawal)).Status);

        using var invited = new Visitor(Server);
        Assert.Equal(400, (await invited.SetUpAsync(token)).Status);
        Assert.DoesNotContain(name, (await admin.GetAsync("/console/operators")).Expect(200).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await admin.PostAsync(withdrawal)).Status);
        var changes = (await admin.GetAsync("/console/changes")).Expect(200).Text;
        Assert.Contains("WithdrawInvitation", changes, StringComparison.Ordinal);
    }

    [GeneratedRegex("action=\"(?<path>/console/account/passkeys/[^\"/]+/remove)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Removal();
}
