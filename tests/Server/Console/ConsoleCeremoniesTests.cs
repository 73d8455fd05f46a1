using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Authenticator;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>Operators' ceremonies are those of any app: what these tell, count and explain, they do too.</summary>
public class ConsoleCeremoniesTests(ConsoleCeremoniesTests.Fixture server)
    : OwnServerTests(server), IClassFixture<ConsoleCeremoniesTests.Fixture>
{
    private const string Elsewhere = "http://localhost:8421";

    public sealed class Fixture : ServerFixture
    {
        protected override IEnumerable<string> Settings => ["--OpenPassage:HandshakeLifetime=00:02:00"];
    }

    private async Task<Figures> FiguresAsync()
    {
        await Server.Services.GetRequiredService<StatisticsWriting>().WriteAsync(CancellationToken.None);
        Server.Clock.Advance(TimeSpan.FromMinutes(1));
        return await Server.Services.GetRequiredService<FigureReader>().ReadAsync(AppStore.Console, "30", CancellationToken.None);
    }

    private static long Of(IReadOnlyList<Bar> bars, string label) => bars.FirstOrDefault(bar => bar.Label == label)?.Value ?? 0;

    [Theory]
    [InlineData("/console/sign-in/start")]
    [InlineData("/console/confirm/start")]
    [InlineData("/console/account/passkeys/start")]
    [InlineData("/console/setup/start")]
    public async Task A_browser_is_told_to_wait_as_long_as_the_server_does(string start)
    {
        using var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var token = await Visitor.InviteAsync(Server, OperatorRole.Viewer, NewUser());

        var started = (await visitor.SayAsync(start, new JsonObject { ["token"] = token })).Expect(200);

        Assert.Equal(120_000, (int)started.Json["publicKey"]!["timeout"]!);
    }

    [Fact]
    public async Task Operators_ceremonies_are_counted_by_how_far_they_came()
    {
        var before = await FiguresAsync();
        using var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        (await visitor.SignInAsync()).Expect(200);
        (await visitor.GetAsync("/console/account")).Expect(200);
        (await visitor.SayAsync("/console/sign-in/start", [])).Expect(200);
        var refused = (await visitor.SayAsync("/console/confirm/start", [])).Expect(200);
        (await visitor.SayAsync("/console/confirm/finish", FinishedElsewhere(visitor, refused))).Expect(400);

        var after = await FiguresAsync();

        Assert.Equal(before.Registrations + 1, after.Registrations);
        Assert.Equal(before.SignIns + 1, after.SignIns);
        Assert.Equal(before.Stops[0].Refused + 1, after.Stops[0].Refused);
        Assert.Equal(before.Stops[1].NeverAnswered + 1, after.Stops[1].NeverAnswered);
        Assert.Equal(Of(before.Bars(Counted.Refused), "wrong_origin") + 1, Of(after.Bars(Counted.Refused), "wrong_origin"));
        Assert.Equal(before.ActiveThisMonth + 1, after.ActiveThisMonth);
    }

    [Theory]
    [InlineData("sign-in")]
    [InlineData("confirm")]
    public async Task A_wrong_origin_of_a_sign_in_is_explained_with_the_setting_that_names_the_right_one(string step)
    {
        using var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var started = (await visitor.SayAsync($"/console/{step}/start", [])).Expect(200);

        var refused = (await visitor.SayAsync($"/console/{step}/finish", FinishedElsewhere(visitor, started))).Expect(400);

        AssertExplained(refused);
    }

    [Fact]
    public async Task So_is_a_wrong_origin_of_a_new_passkey()
    {
        using var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var started = (await visitor.SayAsync("/console/account/passkeys/start", [])).Expect(200);

        var refused = await visitor.SayAsync("/console/account/passkeys/finish", new JsonObject
        {
            ["handshake"] = started["handshake"],
            ["response"] = new SoftwareAuthenticator().Create(started.Text, Elsewhere).ToJsonObject(ResponseShape.Browser),
        });

        AssertExplained(refused.Expect(400));
    }

    [Fact]
    public async Task What_is_no_origin_is_repeated_to_nobody()
    {
        using var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var started = (await visitor.SayAsync("/console/sign-in/start", [])).Expect(200);
        var body = new JsonObject
        {
            ["handshake"] = started["handshake"],
            ["response"] = visitor.Authenticator.Get(started.Text, "nonsense-of-a-stranger").ToJsonObject(ResponseShape.Browser),
        };

        var refused = (await visitor.SayAsync("/console/sign-in/finish", body)).Expect(400);
        Assert.DoesNotContain("nonsense", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("nonsense", Server.Log, StringComparison.Ordinal);
    }

    private static JsonObject FinishedElsewhere(Visitor visitor, Reply started) => new()
    {
        ["handshake"] = started["handshake"],
        ["response"] = visitor.Authenticator.Get(started.Text, Elsewhere).ToJsonObject(ResponseShape.Browser),
    };

    private void AssertExplained(Reply refused)
    {
        const string Advice = "If that is where you open the console, set OpenPassage:Console:Origin to it.";
        Assert.Equal($"The passkey was used on the origin {Elsewhere}, which is not the console's origin. {Advice}", refused.Error);
        Assert.Contains(
            $"The origin {Elsewhere} was refused: the app '.console' has {Visitor.ConsoleOrigin}. {Advice}",
            Server.Log,
            StringComparison.Ordinal);
    }
}
