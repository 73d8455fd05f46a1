using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>
/// The passkey server where it is part of this application: it offers a handler that runs its operations in this process. Known of it
/// are the key of that handler and, as everybody who has the API's description does, an operation's name.
/// </summary>
internal static class ServerInside
{
    private const string Key = "OpenPassage";
    private const string Operation = "StartAuthentication";

    /// <summary>Stands for the server in the SDK's sentences; no request goes there.</summary>
    public static readonly Uri Address = new("http://this-application");

    /// <summary>Null: the server is elsewhere, for an address was set or there is none in this application.</summary>
    public static HttpMessageHandler? Handler(IServiceProvider services) =>
        services.GetRequiredService<IOptions<PassageFlexSiteOptions>>().Value.BaseAddress is null && services is IKeyedServiceProvider keyed
            ? keyed.GetKeyedService<HttpMessageHandler>(Key)
            : null;

    /// <summary>Where a page of this application finds the server: the path that <c>/v1</c> stands below.</summary>
    /// <exception cref="InvalidOperationException">The server has services here and no endpoints.</exception>
    public static string Path(HttpContext http, string appId)
    {
        var operation = http.RequestServices.GetRequiredService<LinkGenerator>()
            .GetPathByName(http, Operation, new RouteValueDictionary { ["app_id"] = appId })
            ?? throw new InvalidOperationException("The passkey server is part of this application: call app.MapOpenPassage() too.");
        return operation[..operation.LastIndexOf("/v1/apps/", StringComparison.Ordinal)];
    }
}
