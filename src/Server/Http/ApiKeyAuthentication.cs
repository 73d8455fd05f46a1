using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Http;

/// <summary>A backend shows one of its app's API keys as a bearer token.</summary>
internal sealed class ApiKeyAuthentication(AppDirectory apps)
{
    private const string Scheme = "Bearer ";
    private const int MaxKeyLength = 512;

    public bool Accepts(HttpRequest request, App app) => BearerOf(request) is { } key && apps.IsApiKeyOf(app, key);

    /// <summary>The key that a request shows; null when it shows none, or two.</summary>
    public static string? BearerOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header]
        && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && header[Scheme.Length..].Trim() is { Length: > 0 and <= MaxKeyLength } key
            ? key
            : null;
}
