using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Tests;

/// <summary>What tests over HTTP start from: one server a class, an app with backend and page, and another app.</summary>
public abstract class ServerTests(ServerFixture server) : OwnServerTests(server), IClassFixture<ServerFixture>;

/// <summary>The same with a server that the class has settings of its own for: it says whose in an <c>IClassFixture</c>.</summary>
public abstract class OwnServerTests(ServerFixture server)
{
    private static int usersMade;

    protected ServerFixture Server { get; } = server;

    protected static TestApp App => ServerFixture.App;

    protected static TestApp OtherApp => ServerFixture.OtherApp;

    internal Backend Backend { get; } = new(server, ServerFixture.App);

    internal Backend OtherBackend { get; } = new(server, ServerFixture.OtherApp);

    /// <summary>With a key of the whole server.</summary>
    internal Manager Manager { get; } = new(server, ServerFixture.AdminKey);

    internal Page Page { get; } = new(server, ServerFixture.App);

    internal Page OtherPage { get; } = new(server, ServerFixture.OtherApp);

    /// <summary>An external id that no other test uses.</summary>
    protected static string NewUser() => $"user-{Interlocked.Increment(ref usersMade)}";

    /// <summary>A user with one passkey, in the page's authenticator.</summary>
    internal async Task<string> RegisteredAsync(string? externalId = null, Page? page = null)
    {
        externalId ??= NewUser();
        (await (page ?? Page).RegisterAsync(await RegisterTransactionAsync(externalId))).Expect(200);
        return externalId;
    }

    internal async Task<string> RegisterTransactionAsync(string externalId) =>
        (await Backend.CreateRegisterTransactionAsync(externalId)).Expect(201)["transaction_id"]!;

    internal async Task<string> AuthenticateTransactionAsync(string externalId) =>
        (await Backend.CreateAuthenticateTransactionAsync(externalId)).Expect(201)["transaction_id"]!;

    /// <summary>What the operator does in the console.</summary>
    internal async Task DeactivateAsync(string externalId)
    {
        Statement deactivate = new(
            "UPDATE users SET status = 'inactive' WHERE app_id = @app AND user_id = @user",
            Parameter.Text("app", App.Id),
            Parameter.Text("user", await Backend.UserIdAsync(externalId)));
        var touched = await Server.Services.GetRequiredService<Database>().WriteAsync([deactivate], CancellationToken.None);
        Assert.Equal(1, touched.By(deactivate));
    }

    /// <summary>A call that must be refused so, and leave every row as it was.</summary>
    internal async Task<Reply> RefusedAsync(int status, string code, Func<Task<Reply>> call)
    {
        var before = Server.Rows();
        var reply = await call();
        Assert.Equal((status, code), reply.Refused);
        Assert.Equal(before, Server.Rows());
        return reply;
    }
}
