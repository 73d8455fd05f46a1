using Microsoft.AspNetCore.Mvc.ApiExplorer;
using OpenPassage.Server.Admission;

namespace OpenPassage.Host.Serving;

/// <summary>
/// What a page and a backend call by one method and path (<see cref="AudiencePolicy"/>) is described twice: the page's operation behind
/// <c>#page</c>, since a description has one operation a path. A fragment is not sent, so the address is right all the same.
/// </summary>
internal sealed class SharedPaths : IApiDescriptionProvider
{
    // Behind those that find the operations.
    public int Order => int.MaxValue;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
        var backends = context.Results.Where(operation => Is(operation, Audience.Backend)).Select(Call).ToHashSet();
        foreach (var operation in context.Results.Where(operation => Is(operation, Audience.Browser) && backends.Contains(Call(operation))))
            operation.RelativePath += "#page";
    }

    private static (string?, string?) Call(ApiDescription operation) => (operation.HttpMethod, operation.RelativePath);

    private static bool Is(ApiDescription operation, Audience audience)
        => operation.ActionDescriptor.EndpointMetadata.OfType<Audience>().Contains(audience);
}
