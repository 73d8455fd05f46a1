using OpenPassage.Flex;

namespace OpenPassage.Demo;

/// <summary>Where the passkey server is, which of its apps this site is, and the client that speaks for it.</summary>
/// <remarks>
/// Settings: <c>Passage:Server</c>, <c>Passage:AppId</c> and <c>Passage:ApiKey</c>. Without a key the site is the app
/// <c>demo</c>, which the server makes on a first start with nothing declared; its key then stands in <c>demo.key</c>.
/// </remarks>
internal sealed class PasskeyServer(IConfiguration settings)
{
    private PassageFlex? flex;

    public Uri Address { get; } = new(settings["Passage:Server"] ?? "http://localhost:8420");

    public string AppId { get; } = settings["Passage:AppId"] ?? "demo";

    /// <summary>Whether this site is an app of the server, as far as can be told without asking it.</summary>
    public bool HasKey => ApiKey is not null;

    /// <summary>The SDK's client.</summary>
    /// <exception cref="NoAppException">There is neither a configured key nor a demo app.</exception>
    public PassageFlex Flex => flex ??=
        new PassageFlex(AppId, ApiKey ?? throw new NoAppException(), new PassageFlexOptions { BaseAddress = Address });

    private string? ApiKey
    {
        get
        {
            if (settings["Passage:ApiKey"] is { Length: > 0 } configured)
                return configured;
            var file = Path.Combine(settings["Data"] ?? "data", "demo.key");
            return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        }
    }
}

/// <summary>This site is not an app of the passkey server.</summary>
internal sealed class NoAppException() : Exception(
    "This passkey server has apps of its own and no demo app, so this site can only use passwords. " +
    "To try passkeys here, set Passage:AppId and Passage:ApiKey to one of its apps that lists this site's origin.");
