using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Authenticator;
using OpenPassage.Flex.Tests;

namespace OpenPassage.Flex.AspNetCore.Tests;

/// <summary>Threat 34: nobody gets a new way into an account unseen.</summary>
public sealed class PasskeyChangeTests(RealServer server) : SiteTests(server)
{
    private readonly ConcurrentQueue<(string What, PasskeyChange Change)> mail = new();
    private readonly ErrorLog log = new();
    private bool mailIsBroken;

    [Fact]
    public async Task Who_adds_a_passkey_is_told_which()
    {
        var visitor = await NewVisitor().SignInAsync(NewName());
        await AddPasskeyAsync(visitor, new SoftwareAuthenticator());
        await visitor.CallAsync("PATCH", (string)(await visitor.PasskeysAsync())[0]!["id"]!, new { name = "The first one" });
        mail.Clear();

        await AddPasskeyAsync(visitor, new SoftwareAuthenticator());

        var (what, change) = Assert.Single(mail);
        Assert.Equal("added", what);
        var devices = await Passage.User.ListDevicesAsync(change.UserId);
        Assert.Equal(devices.Single(device => device.FriendlyName != "The first one"), change.Passkey);
    }

    [Fact]
    public async Task Who_revokes_a_passkey_is_told_which_it_was()
    {
        var (visitor, name, _) = await EnrolledAsync();
        var id = (string)(await visitor.PasskeysAsync())[0]!["id"]!;
        await visitor.CallAsync("PATCH", id, new { name = "Ada's phone" });
        mail.Clear();

        (await visitor.CallAsync("DELETE", id)).Expect(200);

        var (what, change) = Assert.Single(mail);
        Assert.Equal(("revoked", name, "Ada's phone"), (what, change.UserId, change.Passkey?.FriendlyName));
    }

    /// <summary>Of two that were made at once each is told by its own name.</summary>
    [Fact]
    public async Task Who_is_told_later_is_told_of_that_passkey_and_not_of_the_newest()
    {
        var visitor = await NewVisitor().SignInAsync(NewName());
        async Task<string> MadeAsync() => await Server.RegisterAsync(
            new SoftwareAuthenticator(), (string)(await visitor.CallAsync("POST", "register/begin")).Expect(200).Json["transactionId"]!);
        var first = await MadeAsync();
        var id = (string)(await visitor.PasskeysAsync())[0]!["id"]!;
        await MadeAsync();
        mail.Clear();

        (await visitor.CallAsync("POST", "register/finish", new { nonce = first })).Expect(204);

        Assert.Equal(id, Assert.Single(mail).Change.Passkey?.Id);
    }

    /// <summary>Threat 30.</summary>
    [Fact]
    public async Task A_sign_in_is_no_passkey_that_was_added()
    {
        var (visitor, _, authenticator) = await EnrolledAsync();
        mail.Clear();

        var nonce = await Server.AuthenticateAsync(authenticator);
        Assert.Equal((400, "invalid_request"), (await visitor.CallAsync("POST", "register/finish", new { nonce })).Refused);

        Assert.Empty(mail);
    }

    [Fact]
    public async Task Nobody_is_told_of_what_was_refused()
    {
        var (visitor, _, _) = await EnrolledAsync();
        var transaction = (string)(await visitor.CallAsync("POST", "register/begin")).Expect(200).Json["transactionId"]!;
        var nonce = await Server.RegisterAsync(new SoftwareAuthenticator(), transaction);
        await visitor.SignInAsync(NewName());
        mail.Clear();

        Assert.Equal((403, "another_user"), (await visitor.CallAsync("POST", "register/finish", new { nonce })).Refused);
        Assert.Equal((401, "invalid_nonce"), (await visitor.CallAsync("POST", "register/finish", new { nonce = "none" })).Refused);
        Assert.Equal((404, "passkey_not_found"), (await visitor.CallAsync("DELETE", "none")).Refused);

        Assert.Empty(mail);
    }

    [Fact]
    public async Task Mail_that_fails_is_logged_and_undoes_nothing()
    {
        mailIsBroken = true;

        var (visitor, _, _) = await EnrolledAsync();
        var passkey = Assert.Single(await visitor.PasskeysAsync())!;
        Assert.Contains(nameof(PasskeyEndpointOptions.PasskeyAdded), Assert.Single(log.Errors), StringComparison.Ordinal);

        (await visitor.CallAsync("DELETE", (string)passkey["id"]!)).Expect(200);
        Assert.Empty(await visitor.PasskeysAsync());
        Assert.Contains(log.Errors, error => error.Contains(nameof(PasskeyEndpointOptions.PasskeyRevoked), StringComparison.Ordinal)
            && error.Contains("The post office is closed.", StringComparison.Ordinal));
    }

    protected override Task<Site> StartAsync() => Site.StartAsync(
        Server,
        passkeys: options =>
        {
            options.PasskeyAdded = change => TellAsync("added", change);
            options.PasskeyRevoked = change => TellAsync("revoked", change);
        },
        services: services => services.AddSingleton<ILoggerProvider>(log));

    private Task TellAsync(string what, PasskeyChange change)
    {
        if (mailIsBroken)
            throw new TaskCanceledException("The post office is closed.");
        mail.Enqueue((what, change));
        return Task.CompletedTask;
    }

    /// <summary>What the package logged as an error.</summary>
    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Errors { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Errors.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
