using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;

namespace OpenPassage.Server.Admission;

/// <summary>A backend shows one of its app's API keys as a bearer token, and who manages the server one of the server's.</summary>
internal sealed class ApiKeyAuthentication(AppDirectory apps, ApiKeyUses uses, TimeProvider time, IOptions<OpenPassageOptions> options)
{
    private const string Scheme = "Bearer ";
    private const int MaxKeyLength = 512;

    private readonly ApiKey[] ofSettings =
    [
        .. options.Value.AdminKeys.Select((key, i) => new ApiKey
        {
            App = AuditStore.Server,
            Id = $"{nameof(OpenPassageOptions.AdminKeys)}:{i}",
            Name = "Declared in the configuration",
            Hash = ApiKey.HashOf(key),
            Scopes = ApiKeyScopes.Admin,
            Declared = true,
        }),
    ];

    /// <summary>The app's key that a request shows; null when it shows none that is good now.</summary>
    public ApiKey? Find(HttpRequest request, App app)
    {
        var now = time.GetUtcNow();
        return BearerOf(request) is { } shown && apps.FindKey(app, shown, now) is { } key ? Noted(key, now) : null;
    }

    /// <summary>The same for the keys of the whole server: those that were made, and those of the settings.</summary>
    public ApiKey? FindServerKey(HttpRequest request)
    {
        if (BearerOf(request) is not { } shown)
            return null;
        var now = time.GetUtcNow();
        return apps.FindServerKey(shown, now) is { } key ? Noted(key, now) : AppDirectory.FindKey(ofSettings, shown, now);
    }

    /// <summary>The key that a request shows; null when it shows none, or two.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mostCharacters">What is longer is none.</param>
    public static string? BearerOf(HttpRequest request, int mostCharacters = MaxKeyLength) =>
        request.Headers.Authorization is [{ } header]
        && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && header[Scheme.Length..].Trim() is { Length: > 0 } key
        && key.Length <= mostCharacters
            ? key
            : null;

    private ApiKey Noted(ApiKey key, DateTimeOffset now)
    {
        uses.Note(key, now);
        return key;
    }
}
