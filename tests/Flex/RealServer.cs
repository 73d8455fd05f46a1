using OpenPassage.Host.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Authenticator;

namespace OpenPassage.Flex.Tests;

/// <summary>The server itself, in this process, on a port and a database file of its own; and the page, which ends with a nonce.</summary>
public class RealServer : IAsyncLifetime
{
    public const string AppId = "flex-tests";
    public const string ApiKey = "key-of-the-flex-tests";

    private readonly string folder = Directory.CreateTempSubdirectory("openpassage-flex-").FullName;
    private FlexPage? page;
    private WebApplication? app;

    /// <summary>How clients reach the server: over HTTP, unless set.</summary>
    public PassageFlexOptions Options { get; private set; } = new();

    /// <summary>Settings beside the app's, such as <c>Limits:FailedKeysPerMinute=1</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Whether clients run the server's operations in this process, as an application does that has the server in it.</summary>
    public bool IsInProcess { get; init; }

    public async ValueTask InitializeAsync()
    {
        string[] settings =
        [
            $"DataDirectory={folder}",
            $"Apps:0:Id={AppId}", "Apps:0:RpId=localhost", $"Apps:0:Origins:0={FlexPage.Origin}", $"Apps:0:ApiKeys:0={ApiKey}",
            .. Settings,
        ];
        app = ServerHost.Create(
            ["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", .. settings.Select(setting => $"--OpenPassage:{setting}")]);
        await app.StartAsync();
        var address = new Uri(app.Urls.First());
        page = new FlexPage(address, AppId);
        Options = IsInProcess ? OptionsInProcess(app.Services) : new PassageFlexOptions { BaseAddress = address };
    }

    public PassageFlex NewClient(string appId = AppId, string apiKey = ApiKey) => new(appId, apiKey, Options);

    /// <summary>What <c>passkey.register(transactionId)</c> does on the page.</summary>
    public Task<string> RegisterAsync(SoftwareAuthenticator authenticator, string transactionId, string? mediation = null) =>
        page!.RegisterAsync(authenticator, transactionId, mediation);

    /// <summary>What <c>passkey.authenticate({ transactionId })</c> does on the page; without an id the user picks a passkey.</summary>
    public Task<string> AuthenticateAsync(SoftwareAuthenticator authenticator, string? transactionId = null) =>
        page!.AuthenticateAsync(authenticator, transactionId);

    /// <summary>A user with a passkey, and the authenticator that holds it.</summary>
    public async Task<SoftwareAuthenticator> EnrolAsync(PassageFlex passage, string externalId)
    {
        var authenticator = new SoftwareAuthenticator();
        await RegisterAsync(authenticator, await passage.Auth.CreateRegisterTransactionAsync(externalId, externalId));
        return authenticator;
    }

    /// <summary>Changes the database behind the server's back.</summary>
    public void Tamper(string sql, string externalId = "")
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "openpassage.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@external_id", externalId);
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        page?.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    // What AddPassageFlex does where no address is set.
    private static PassageFlexOptions OptionsInProcess(IServiceProvider services) => new()
    {
        BaseAddress = new Uri("http://this-application"),
        HttpClient = new HttpClient(services.GetRequiredKeyedService<HttpMessageHandler>("OpenPassage"), disposeHandler: false),
    };
}

/// <summary>The server in the application of its clients.</summary>
public sealed class ServerInProcess : RealServer
{
    public ServerInProcess() => IsInProcess = true;
}
