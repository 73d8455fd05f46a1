using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OpenPassage.Complete.AspNetCore;

/// <summary>
/// The passkey server where it is part of this application: it offers a handler that runs its operations in this process. Known of it is
/// the key of that handler alone.
/// </summary>
internal static class ServerInside
{
    private const string Key = "OpenPassage";

    /// <summary>Stands for the server in the SDK's sentences; no request goes there.</summary>
    public static readonly Uri Address = new("http://this-application");

    /// <summary>Null: the server is elsewhere, for an address was set or there is none in this application.</summary>
    public static HttpMessageHandler? Handler(IServiceProvider services) =>
        services.GetRequiredService<IOptions<PassageSiteOptions>>().Value.BaseAddress is null && services is IKeyedServiceProvider keyed
            ? keyed.GetKeyedService<HttpMessageHandler>(Key)
            : null;
}
