using System.Buffers.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Authenticator;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.OperatorConsole;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;
using Passkey = OpenPassage.Authenticator.Passkey;

namespace OpenPassage.Server.Tests.Authenticate;

/// <summary>
/// What a page is told to hand to an authenticator deletes a passkey for good: never one that works anywhere on this server.
/// </summary>
public class NeverForgottenTests(NeverForgottenTests.Fixture server) : OwnServerTests(server), IClassFixture<NeverForgottenTests.Fixture>
{
    /// <summary>The fixture's other app, where the console is.</summary>
    private static TestApp BesideTheConsole => OtherApp with { RpId = "localhost", Origins = [Visitor.ConsoleOrigin] };

    /// <summary>Threat 38: the console's passkeys belong to localhost, as this app's do, and the app is the only one there.</summary>
    [Fact]
    public async Task A_page_cannot_have_an_operators_passkey_deleted()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);

        var reply = await new Page(Server, BesideTheConsole).AuthenticateAskingForSignalsAsync(
            passkey: Assert.Single(admin.Authenticator.Passkeys));

        Assert.Equal((401, "discoverable_login_failed"), reply.Refused);
        (await admin.SignInAsync()).Expect(200);
    }

    /// <summary>It moved, and may move back: what its operators made at the old host is kept as long as they are.</summary>
    [Fact]
    public async Task A_passkey_of_the_console_from_before_it_moved_is_not_to_be_forgotten()
    {
        var made = new SoftwareAuthenticator().Create(
            """{"rp":{"id":"example.com"},"user":{"id":"AAAA"},"challenge":"AAAA","pubKeyCredParams":[{"alg":-7}]}""", App.Origin).Passkey;
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        await KeepAsync(AppStore.Console, made);

        Assert.Equal((401, "discoverable_login_failed"), (await Page.AuthenticateAskingForSignalsAsync(passkey: made)).Refused);
    }

    [Fact]
    public async Task A_passkey_of_an_app_that_another_node_has_made_just_now_is_not_to_be_forgotten()
    {
        var user = await RegisteredAsync();
        var revoked = Page.Authenticator.Passkeys[^1];
        var userId = await Backend.UserIdAsync(user);
        var device = (string)(await Backend.ListDevicesAsync(userId)).Json["devices"]![0]!["id"]!;
        (await Backend.RevokeDeviceAsync(userId, device)).Expect(200);
        Assert.Equal("unknown_credential", (await Page.AuthenticateAskingForSignalsAsync(passkey: revoked))["reason"]);
        await Server.Services.GetRequiredService<Database>().WriteAsync(
            [new(
                """
                INSERT INTO apps (app_id, rp_id, settings, source, in_service, created_at, updated_at)
                VALUES ('elsewhere', 'example.com', '{"name":"x","rp_id":"example.com","rp_name":"x","origins":["https://example.com"]}',
                    'managed', 1, 0, 0)
                """)],
            CancellationToken.None);
        await KeepAsync(new("elsewhere"), revoked);

        Assert.Equal((401, "discoverable_login_failed"), (await Page.AuthenticateAskingForSignalsAsync(passkey: revoked)).Refused);
    }

    private async Task KeepAsync(AppId app, Passkey passkey)
    {
        var user = await Server.Services.GetRequiredService<UserStore>().CreateOrGetAsync(app, NewUser(), CancellationToken.None);
        await Server.Services.GetRequiredService<Database>().WriteAsync(
            [new(
                """
                INSERT INTO passkeys (app_id, credential_id, device_id, user_id, public_key, sign_count, uv_initialized, backup_state, transports, aaguid,
                    friendly_name, device_type, usage_count, last_login_at, created_at, updated_at)
                VALUES (@app, @credential, @device, @user, @key, 0, 1, 0, '[]', '00000000-0000-0000-0000-000000000000', 'x', 'passkey', 0, 0, 0, 0)
                """,
                Text("app", app.Value),
                Bytes("credential", passkey.Id),
                Text("device", Ids.New()),
                Text("user", user.Id),
                Bytes("key", passkey.Key.ToCose().ToBytes()))],
            CancellationToken.None);
    }

    private const int LastKnownSeed = 3;

    public static TheoryData<int> Seeds
        => [1, 2, LastKnownSeed, System.Security.Cryptography.RandomNumberGenerator.GetInt32(LastKnownSeed + 1, int.MaxValue)];

    /// <summary>
    /// Threat 38, as a model: whatever happens in whatever order, nothing that works is signalled away. The seed is in the test's name.
    /// </summary>
    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Seeds))]
    public async Task No_sequence_of_operations_signals_away_a_passkey_that_works(int seed)
    {
        using var world = new World(Server, Manager, new Random(seed));
        for (var step = 0; step < 150; step++)
            await world.StepAsync();
        // Of a seed that nobody has tried before, nobody knows what comes to pass.
        if (seed <= LastKnownSeed)
            Assert.True(world.Forgotten > 0 && world.Listed > 0, $"Nothing was signalled at all: {world}");
        await world.LeaveAsync();
    }

    /// <summary>Three RP IDs, one of them the console's; apps that come, go and move; and all the passkeys that were ever made.</summary>
    private sealed class World(ServerFixture server, Manager manager, Random random) : IDisposable
    {
        private static readonly (string RpId, string Origin)[] Domains =
            [("localhost", Visitor.ConsoleOrigin), ("one.example", "https://one.example"), ("two.example", "https://login.two.example")];

        private readonly List<TestApp> apps = [];
        private readonly List<Made> made = [];
        private readonly List<Visitor> operators = [];
        private readonly List<string> done = [];
        private int people;

        public int Forgotten { get; private set; }

        public int Listed { get; private set; }

        private IEnumerable<Made> Alive => made.Where(one => one.IsAlive);

        private TestApp AnyApp => apps[random.Next(apps.Count)];

        public override string ToString() => string.Join(" · ", done);

        public async Task StepAsync()
        {
            if (apps.Count == 0)
                await MakeAppAsync();
            await (random.Next(14) switch
            {
                0 => MakeAppAsync(),
                1 => MoveAppAsync(),
                2 => random.Next(4) == 0 ? DeleteAppAsync() : RegisterAsync(),
                3 or 4 or 5 => RegisterAsync(),
                6 => RegisterAgainAsync(),
                7 or 8 => RevokeAsync(),
                9 => DeleteUserAsync(),
                10 => InviteOperatorAsync(),
                11 => RemoveOperatorAsync(),
                12 => DeactivateAsync(),
                _ => AddOperatorsPasskeyAsync(),
            });
            for (var tries = 0; tries < 3 && made.Count > 0; tries++)
                await SignInAsync();
        }

        public async Task LeaveAsync()
        {
            foreach (var app in apps)
                (await manager.DeleteAsync($"apps/{app.Id}?with_passkeys=true")).Expect(200);
        }

        public void Dispose() => operators.ForEach(one => one.Dispose());

        // Any passkey that was ever made, on any app of its RP ID: as a page does, which somebody may have written to harm others.
        private async Task SignInAsync()
        {
            var one = made[random.Next(made.Count)];
            if (apps.Append(BesideTheConsole).Where(app => app.RpId == one.Passkey.RpId).ToList() is not [_, ..] here)
                return;
            var app = here[random.Next(here.Count)];
            var reply = await PageOf(app).AuthenticateAskingForSignalsAsync(passkey: one.Passkey);
            if (reply.Status == 401 && reply["reason"] is not null)
            {
                // Whoever it was made for, an authenticator knows it by RP ID and id.
                Assert.False(
                    Alive.Any(other => other.Passkey.RpId == one.Passkey.RpId && other.Passkey.Id.AsSpan().SequenceEqual(one.Passkey.Id)),
                    $"A passkey of {one.App} was signalled away by {app.Id}: {this}");
                Forgotten++;
            }

            if (reply.Status == 200)
                Hear(reply.Json["signals"]!);
        }

        // Every passkey that works and that the browser would look for under this RP ID and handle is in the list.
        private void Hear(JsonNode signals)
        {
            var accepted = signals["allAcceptedCredentialIds"]!.AsArray().Select(id => (string)id!).ToHashSet(StringComparer.Ordinal);
            foreach (var one in Alive.Where(
                one => one.Passkey.RpId == (string)signals["rpId"]!
                    && Base64Url.EncodeToString(one.Passkey.UserHandle) == (string)signals["userId"]!))
                Assert.True(
                    accepted.Contains(Base64Url.EncodeToString(one.Passkey.Id)),
                    $"A passkey of {one.App} is missing among those accepted: {this}");
            Listed++;
        }

        private async Task MakeAppAsync()
        {
            var (rpId, origin) = Domains[random.Next(Domains.Length)];
            var app = await manager.AppAsync(new JsonObject { ["rp_id"] = rpId, ["origins"] = new JsonArray(origin) });
            apps.Add(app);
            done.Add($"make {app.Id} at {rpId}");
        }

        private async Task MoveAppAsync()
        {
            var (app, (rpId, origin)) = (AnyApp, Domains[random.Next(Domains.Length)]);
            var reply = await manager.PatchAsync(
                $"apps/{app.Id}",
                new JsonObject { ["rp_id"] = rpId, ["origins"] = new JsonArray(origin) });
            Assert.Equal(app.RpId != rpId && Alive.Any(one => one.App == app.Id) ? 409 : 200, reply.Status);
            if (reply.Status != 200)
                return;
            apps[apps.IndexOf(app)] = app with { RpId = rpId, Origins = [origin] };
            done.Add($"move {app.Id} to {rpId}");
        }

        private async Task DeleteAppAsync()
        {
            var app = AnyApp;
            (await manager.DeleteAsync($"apps/{app.Id}?with_passkeys=true")).Expect(200);
            apps.Remove(app);
            made.Where(one => one.App == app.Id).ToList().ForEach(one => one.IsAlive = false);
            done.Add($"delete {app.Id}");
        }

        private async Task RegisterAsync()
        {
            var app = AnyApp;
            var name = random.Next(3) == 0 || people == 0 ? $"person-{people++}" : $"person-{random.Next(people)}";
            var (backend, page) = (new Backend(server, app), PageOf(app));
            var transaction = await backend.CreateRegisterTransactionAsync(name);
            if (transaction.Status != 201)
                return;
            (await page.RegisterAsync(transaction["transaction_id"])).Expect(200);
            made.Add(new(app.Id, name, page.Authenticator.Passkeys[0]) { IsAlive = true });
            done.Add($"register {name} at {app.Id}");
        }

        // A passkey that was made before, anywhere, is brought to an app once more: perhaps of another user, perhaps after it was revoked.
        private async Task RegisterAgainAsync()
        {
            var app = AnyApp;
            if (made.Where(one => one.Passkey.RpId == app.RpId).ToList() is not [_, ..] candidates)
                return;
            var (one, name) = (candidates[random.Next(candidates.Count)], $"person-{random.Next(Math.Max(1, people))}");
            var transaction = await new Backend(server, app).CreateRegisterTransactionAsync(name);
            if (transaction.Status != 201)
                return;
            var page = PageOf(app);
            var reply = await page.RegisterAsync(transaction["transaction_id"], ceremony =>
            {
                ceremony.AuthenticatorData.CredentialId = one.Passkey.Id;
                ceremony.AuthenticatorData.CoseKey = one.Passkey.Key.ToCose();
            });
            if (reply.Status == 200)
                made.Add(new(
                    app.Id,
                    name,
                    new()
                    {
                        Id = one.Passkey.Id,
                        RpId = app.RpId,
                        UserHandle = page.Authenticator.Passkeys[0].UserHandle,
                        Key = one.Passkey.Key,
                    })
                    { IsAlive = true });
            done.Add($"register again {name} at {app.Id}: {reply.Status}");
        }

        private async Task RevokeAsync()
        {
            if (Alive.Where(one => one.App is not null).ToList() is not [_, ..] candidates)
                return;
            var one = candidates[random.Next(candidates.Count)];
            var backend = new Backend(server, apps.Single(app => app.Id == one.App));
            var user = await backend.UserIdAsync(one.User);
            var devices = (await backend.ListDevicesAsync(user)).Expect(200);
            Hear(devices.Json["signals"]!);
            var device = devices.Json["devices"]!.AsArray()
                .Single(device => (string)device!["cred_id"]! == Base64Url.EncodeToString(one.Passkey.Id))!["id"]!;
            var revoked = (await backend.RevokeDeviceAsync(user, (string)device!)).Expect(200);
            one.IsAlive = false;
            Hear(revoked.Json["signals"]!);
            done.Add($"revoke of {one.User} at {one.App}");
        }

        private async Task DeleteUserAsync()
        {
            if (Alive.Where(one => one.App is not null).ToList() is not [_, ..] candidates)
                return;
            var one = candidates[random.Next(candidates.Count)];
            var user = await new Backend(server, apps.Single(app => app.Id == one.App)).UserIdAsync(one.User);
            (await manager.DeleteAsync($"apps/{one.App}/users/{user}")).Expect(200);
            made.Where(other => other.App == one.App && other.User == one.User).ToList().ForEach(other => other.IsAlive = false);
            done.Add($"delete {one.User} of {one.App}");
        }

        private async Task DeactivateAsync()
        {
            if (Alive.Where(one => one.App is not null).ToList() is not [_, ..] candidates)
                return;
            var one = candidates[random.Next(candidates.Count)];
            var user = await new Backend(server, apps.Single(app => app.Id == one.App)).UserIdAsync(one.User);
            var status = random.Next(2) == 0 ? "inactive" : "active";
            (await manager.PatchAsync($"apps/{one.App}/users/{user}", new JsonObject { ["status"] = status })).Expect(200);
            done.Add($"{status} {one.User} of {one.App}");
        }

        private async Task InviteOperatorAsync()
        {
            var visitor = await Visitor.OperatorAsync(server, OperatorRole.Admin);
            operators.Add(visitor);
            made.Add(new(null, $"{operators.Count - 1}", visitor.Authenticator.Passkeys[0]) { IsAlive = true });
            done.Add("invite an operator");
        }

        private async Task AddOperatorsPasskeyAsync()
        {
            if (Alive.Where(one => one.App is null).ToList() is not [_, ..] candidates)
                return;
            var one = candidates[random.Next(candidates.Count)];
            var visitor = operators[int.Parse(one.User)];
            var started = (await visitor.SayAsync("/console/account/passkeys/start", [])).Expect(200);
            var other = new SoftwareAuthenticator();
            var response = other.Create(started.Text, Visitor.ConsoleOrigin).ToJsonObject(ResponseShape.Browser);
            (await visitor.SayAsync(
                "/console/account/passkeys/finish",
                new JsonObject { ["handshake"] = started["handshake"], ["response"] = response })).Expect(200);
            made.Add(new(null, one.User, other.Passkeys[0]) { IsAlive = true });
            done.Add("add an operator's passkey");
        }

        private async Task RemoveOperatorAsync()
        {
            if (Alive.Where(one => one.App is null).Select(one => one.User).Distinct().ToList() is not [_, ..] candidates)
                return;
            var user = candidates[random.Next(candidates.Count)];
            var store = server.Services.GetRequiredService<OperatorStore>();
            var name = Base64Url.EncodeToString(Alive.First(one => one.App is null && one.User == user).Passkey.UserHandle);
            var one = (await store.ListAsync(CancellationToken.None)).Single(one => one.UserId == UserIdOf(name));
            Assert.True(await store.RemoveAsync(one, Actor.Command("tests"), evenTheLastAdmin: true, CancellationToken.None));
            made.Where(other => other.App is null && other.User == user).ToList().ForEach(other => other.IsAlive = false);
            done.Add("remove an operator");
        }

        private string UserIdOf(string handle) => server.Services.GetRequiredService<Database>().ListAsync(
            new Statement(
                "SELECT user_id FROM users WHERE app_id = '.console' AND user_handle = @handle",
                Bytes("handle", Base64Url.DecodeFromChars(handle))),
            row => row.GetString(0), CancellationToken.None).AsTask().GetAwaiter().GetResult().Single();

        private Page PageOf(TestApp app) => new(server, app);
    }

    /// <param name="App">Null: the console.</param>
    /// <param name="User">The external id; of the console, which operator.</param>
    /// <param name="Passkey">As the authenticator keeps it.</param>
    private sealed record Made(string? App, string User, Passkey Passkey)
    {
        /// <summary>Whether the server keeps it.</summary>
        public bool IsAlive { get; set; }
    }

    /// <summary>One app at example.com, and one where the console is.</summary>
    public sealed class Fixture : ServerFixture
    {
        protected override IEnumerable<string> Settings
            => ["--OpenPassage:Apps:1:RpId=localhost", $"--OpenPassage:Apps:1:Origins:0={Visitor.ConsoleOrigin}"];
    }
}
