using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Authenticate;

/// <summary>A counter that does not grow, the sign of a copied authenticator: threat 19.</summary>
public class SignCountTests(ServerFixture server) : ServerTests(server)
{
    private const string Type = "sign_count_regressed";

    private sealed record Holder(TestApp App, Backend Backend, Page Page)
    {
        public Passkey Passkey => Page.Authenticator.Passkeys[0];

        /// <summary>Signs in as an authenticator would whose next count is this one.</summary>
        public Task<Reply> SignInAsync(uint count, string? transaction = null)
        {
            Passkey.SignCount = count;
            return Page.AuthenticateAsync(transaction);
        }
    }

    private async Task<Holder> HolderAsync(string? policy, bool synced = false, uint count = 4)
    {
        var app = await Manager.AppAsync(policy is null ? [] : new JsonObject { ["counter_policy"] = policy });
        var holder = new Holder(app, new Backend(Server, app), new Page(Server, app));
        var authenticator = holder.Page.Authenticator;
        (authenticator.SignCountStep, authenticator.BackupEligible, authenticator.BackupState) = (0, synced, synced);
        var transaction = (await holder.Backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"];
        (await holder.Page.RegisterAsync(transaction, ceremony => ceremony.AuthenticatorData.SignCount = count)).Expect(200);
        return holder;
    }

    private async Task<IReadOnlyList<JsonNode>> EventsAsync(Holder holder, string query) =>
        [.. (await Manager.GetAsync($"apps/{holder.App.Id}/events?{query}")).Expect(200).Json["events"]!.AsArray().Select(found => found!)];

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(0)]
    public async Task By_default_it_is_reported_and_signs_in(uint count)
    {
        var holder = await HolderAsync(policy: null);

        (await holder.SignInAsync(count)).Expect(200);

        var told = Assert.Single(await EventsAsync(holder, $"type={Type}"));
        Assert.Equal(("ok", "alice"), ((string)told["outcome"]!, (string)told["external_id"]!));
        Assert.Single(await EventsAsync(holder, "type=passkey_login"));
        // The higher count is kept: the true authenticator's next one is none to report.
        (await holder.SignInAsync(5)).Expect(200);
        Assert.Single(await EventsAsync(holder, $"type={Type}"));
    }

    [Fact]
    public async Task It_is_measured_by_what_came_of_it()
    {
        var (reporting, refusing) = (await HolderAsync("report"), await HolderAsync("refuse"));
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        var counted = new System.Collections.Concurrent.ConcurrentBag<string>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "openpassage.sign_count.regressed")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, number, tags, _) => counted.Add($"{number} {tags[0].Key}={tags[0].Value}"));
        listener.Start();

        (await reporting.SignInAsync(4)).Expect(200);
        Assert.Equal(401, (await refusing.SignInAsync(4)).Status);

        Assert.Contains("1 answer=reported", counted);
        Assert.Contains("1 answer=refused", counted);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(0)]
    public async Task Where_the_app_says_so_it_is_refused_and_told_with_and_without_a_transaction(uint count)
    {
        var holder = await HolderAsync("refuse");
        var transaction = (await holder.Backend.CreateAuthenticateTransactionAsync("alice")).Expect(201)["transaction_id"];

        Assert.Equal((401, "discoverable_login_failed"), (await holder.SignInAsync(count)).Refused);
        Assert.Equal((401, "webauthn_login_failed"), (await holder.SignInAsync(count, transaction)).Refused);

        var told = await EventsAsync(holder, "outcome=refused");
        Assert.Equal(2, told.Count);
        Assert.All(told, refused => Assert.Equal("alice", (string)refused["external_id"]!));
        Assert.All(told, refused => Assert.Equal("sign_count_not_increased", (string)refused["refusal"]!["rejection"]!));
        (await holder.SignInAsync(5, transaction)).Expect(200);
    }

    [Theory]
    [InlineData("report", false)]
    [InlineData("refuse", false)]
    [InlineData("refuse", true)]
    public async Task A_counter_that_stands_at_zero_is_none(string policy, bool synced)
    {
        var holder = await HolderAsync(policy, synced, count: 0);

        for (var i = 0; i < 3; i++)
            (await holder.SignInAsync(0)).Expect(200);

        Assert.Empty(await EventsAsync(holder, $"type={Type}"));
        Assert.Empty(await EventsAsync(holder, "outcome=refused"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(2)]
    public async Task A_synced_passkey_is_locked_out_by_no_policy(uint count)
    {
        var holder = await HolderAsync("refuse", synced: true);

        (await holder.SignInAsync(count)).Expect(200);
        (await holder.SignInAsync(count)).Expect(200);

        Assert.Equal(2, (await EventsAsync(holder, $"type={Type}")).Count);
    }

    /// <summary>Threats 3 and 19: a copy and the original at the same moment.</summary>
    [Fact]
    public async Task Of_two_at_once_with_the_same_count_one_signs_in()
    {
        var holder = await HolderAsync("refuse");
        for (var count = 5u; count < 25; count++)
        {
            holder.Passkey.SignCount = count;
            var started = await Task.WhenAll(holder.Page.StartAuthenticationAsync(), holder.Page.StartAuthenticationAsync());
            var answers = Array.ConvertAll(started, start => (Start: start, Answer: holder.Page.Answer(start)));

            var replies = await Task.WhenAll(
                answers.Select(answer => holder.Page.FinishAsync("authenticate", answer.Start, null, answer.Answer)));

            Assert.Equal([200, 401], replies.Select(reply => reply.Status).Order());
        }
    }

    /// <summary>Threat 2: what is saved by itself is spent once, like any other.</summary>
    [Fact]
    public async Task A_sign_in_whose_counter_must_grow_counts_once()
    {
        var holder = await HolderAsync("refuse");
        holder.Passkey.SignCount = 5;
        var started = await holder.Page.StartAuthenticationAsync();
        var answer = holder.Page.Answer(started);

        Task<Reply> FinishAsync() => holder.Page.FinishAsync("authenticate", started, null, answer.DeepClone().AsObject());
        (await FinishAsync()).Expect(200);
        Assert.Equal((401, "discoverable_login_failed"), (await FinishAsync()).Refused);

        var user = await holder.Backend.UserIdAsync("alice");
        Assert.Equal(1, (int)(await holder.Backend.ListDevicesAsync(user)).Json["devices"]![0]!["usage_count"]!);
    }

    [Theory]
    [InlineData("sometimes")]
    [InlineData("Refuse")]
    public async Task Another_word_is_refused(string word)
    {
        var refused = (await Manager.PostAsync("apps", new JsonObject
        {
            ["rp_id"] = "example.com", ["origins"] = new JsonArray("https://example.com"), ["counter_policy"] = word,
        })).Expect(400);

        Assert.Equal($"counter_policy is '{word}' and should be report or refuse.", refused.Error);
    }
}
