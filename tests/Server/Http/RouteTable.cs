using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.Server.Admission;

namespace OpenPassage.Server.Tests.Http;

/// <summary>Every route of a server that names its methods: tests from it hold for routes that nobody has thought of yet.</summary>
internal sealed class RouteTable(IServiceProvider services)
{
    public IReadOnlyList<Route> All { get; } =
    [
        .. services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 })
            .Select(endpoint => new Route(endpoint)),
    ];

    /// <summary>What the endpoints take at a path, as the framework's own matcher sees it; catch-alls left out.</summary>
    public IReadOnlySet<string> MethodsAt(string path) => All
        .Where(route => !route.IsCatchAll && route.Matches(path))
        .SelectMany(route => route.Methods)
        .ToHashSet(StringComparer.Ordinal);
}

/// <summary>One of them.</summary>
internal sealed record Route(RouteEndpoint Endpoint)
{
    public string Pattern { get; } = "/" + Endpoint.RoutePattern.RawText!.TrimStart('/');

    public IReadOnlyList<string> Methods => Endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods;

    public bool Takes(HttpMethod method) => Methods.Contains(method.Method);

    public IEnumerable<string> Parameters => Endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name);

    public bool IsCatchAll => Endpoint.RoutePattern.Parameters.Any(parameter => parameter.IsCatchAll);

    public bool IsConsole => Pattern.StartsWith("/console", StringComparison.Ordinal);

    /// <summary>Null: not behind the API's gate.</summary>
    public Audience? Audience => Endpoint.Metadata.OfType<Audience>().Cast<Audience?>().LastOrDefault();

    /// <summary>Null: not behind the console's gate.</summary>
    public Entry? Entry => Endpoint.Metadata.OfType<Entry>().Cast<Entry?>().LastOrDefault();

    /// <summary>A path of it: parameters by name, the others as given.</summary>
    public string Path(Func<string, string> value) => Endpoint.RoutePattern.Parameters.Aggregate(Pattern, (path, parameter) => path
        .Replace($"{{**{parameter.Name}}}", value(parameter.Name), StringComparison.Ordinal)
        .Replace($"{{{parameter.Name}}}", value(parameter.Name), StringComparison.Ordinal));

    public string Path(string app) => Path(name => name == "app_id" ? app : "nothing");

    public bool Matches(string path) =>
        new TemplateMatcher(TemplateParser.Parse(Pattern.TrimStart('/')), []).TryMatch(path, []);

    public override string ToString() => $"{string.Join(',', Methods)} {Pattern}";
}
