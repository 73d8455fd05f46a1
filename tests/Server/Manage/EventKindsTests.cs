using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Events;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Manage;

/// <summary>A kind of event that a further room lists: everything that knows kinds knows it.</summary>
public class EventKindsTests(EventKindsTests.Fixture server) : OwnServerTests(server), IClassFixture<EventKindsTests.Fixture>
{
    private static readonly EventKind Sent = new("otp_sent", EventAction.Other, "Code sent", "codes") { RefusedLabel = "Code not sent" };

    public sealed class Fixture : ServerFixture
    {
        protected override void Configure(WebApplicationBuilder builder)
            => builder.Services.Replace(ServiceDescriptor.Singleton(new EventKinds([.. PasskeyEvents.All, Sent, .. MessageEvents.All])));
    }

    private async Task WriteAsync(string user, bool refused)
    {
        var now = Server.Clock.GetUtcNow();
        var writing = Server.Services.GetRequiredService<EventWriting>();
        Parameter[] parameters =
        [
            Parameter.Text("app", App.Id),
            Parameter.Text("event", $"{user} {refused}"),
            Parameter.Text("user", user),
            .. EventWriting.From("192.0.2.7", "", now),
            Parameter.Text("rejection", "too_many"),
            Parameter.Time("now", now),
        ];
        await Server.Services.GetRequiredService<Database>().WriteAsync(
            refused ? writing.Refused(Sent, parameters, id: "event") : writing.One(Sent, parameters, id: "event"), default);
    }

    [Fact]
    public async Task It_is_filtered_and_exported_over_the_api()
    {
        var user = NewUser();
        await WriteAsync(user, refused: false);

        var events = (await Manager.GetAsync($"apps/{App.Id}/events?type=otp_sent&user_id={user}")).Expect(200).Json["events"]!;
        var found = events.AsArray().Single()!;
        Assert.Equal(("otp_sent", "ok", "192.0.2.7"), ((string)found["type"]!, (string)found["outcome"]!, (string)found["ip_address"]!));
        var file = (await Manager.GetAsync($"apps/{App.Id}/events/export?type=otp_sent&format=csv")).Expect(200);
        Assert.Contains("otp_sent", file.Text, StringComparison.Ordinal);
        var refused = (await Manager.GetAsync("events?type=party")).Expect(400);
        Assert.Contains($"{PasskeyEvents.All[^1].Word}, otp_sent", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_console_names_it_and_offers_it_as_a_filter()
    {
        var user = NewUser();
        await WriteAsync(user, refused: false);
        await WriteAsync(user, refused: true);
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);

        var page = (await viewer.GetAsync($"/console/events?type=otp_sent&user={user}&app={App.Id}")).Expect(200).Text;

        foreach (var shown in (string[])["<option value=\"otp_sent\" selected>codes</option>", "Code sent", "Code not sent", "too_many"])
            Assert.Contains(shown, page, StringComparison.Ordinal);
    }
}
