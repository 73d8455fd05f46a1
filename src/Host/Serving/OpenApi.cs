using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OpenPassage.Server;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Ready.Reports;
using OpenPassage.Server.Settings;

namespace OpenPassage.Host.Serving;

/// <summary>The description of the API, made from the operations: names, bodies, and every refusal with its code.</summary>
internal static class OpenApi
{
    private const string Document = "v1";
    private const string ApiKey = "ApiKey";
    private const string ServerKey = "ServerKey";
    private const string ReadinessKey = "ReadinessKey";

    public static void Add(IServiceCollection services)
    {
        services.AddOptions<JsonOptions>().Configure<AppJson>(static (json, apps) =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, apps);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, SettingValues.Default);
            foreach (var (place, context) in ServedRooms.All.Select(room => room.Json).OfType<IJsonTypeInfoResolver>().Index())
                json.SerializerOptions.TypeInfoResolverChain.Insert(place + 2, context);
            json.SerializerOptions.PropertyNamingPolicy = Wire.Default.Options.PropertyNamingPolicy;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
            json.SerializerOptions.NumberHandling = default;
        });
        services.AddSingleton<IApiDescriptionProvider, SharedPaths>();
        services.AddOpenApi(Document, options =>
        {
            // HEAD is GET without the body: it is answered wherever GET is, and described once.
            options.ShouldInclude = static operation => operation.HttpMethod != HttpMethods.Head;
            options.CreateSchemaReferenceId = NameOf;
            options.AddSchemaTransformer(DescribeSchema);
            options.AddDocumentTransformer(DescribeDocument);
            options.AddOperationTransformer(DescribeOperationAsync);
        });
    }

    /// <summary>
    /// Serves the document that is checked in, from the program itself: a test sees to it that it is the server's, and nothing is made
    /// at start or while somebody waits.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        using var stream = typeof(OpenApi).Assembly.GetManifestResourceStream("openapi.json")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        new MadeBefore("application/json", content, "public, max-age=300").Map(routes, "/openapi.json");
    }

    /// <summary>
    /// Writes the document to a file: <c>dotnet run --project src/Host -- --openapi "$PWD/docs/openapi.json"</c>. The path is absolute
    /// because <c>dotnet run</c> starts the program in its project's directory.
    /// </summary>
    public static async Task WriteAsync(WebApplication app, string file)
    {
        // The application is not started for this: its operations are made known by hand, and no database is opened.
#pragma warning disable ASP0014
        app.UseRouting().UseEndpoints(static _ => { });
#pragma warning restore ASP0014
        await File.WriteAllTextAsync(file, await TextAsync(app.Services));
    }

    /// <summary>The document as it is checked in.</summary>
    public static async Task<string> TextAsync(IServiceProvider services)
    {
        var documents = services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document);
        var document = await documents.GetOpenApiDocumentAsync();
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1) + "\n";
    }

    // What a setting consists of is a type of the options, and is called as what management shows is.
    private static bool IsOfOptions(JsonTypeInfo type)
        => type.Type.Namespace == typeof(AppOptions).Namespace && type.Type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static string? NameOf(JsonTypeInfo type)
        => IsOfOptions(type) ? $"Managed{type.Type.Name[..^"Options".Length]}" : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    // The comment is about the configuration.
    private static Task DescribeSchema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (IsOfOptions(context.JsonTypeInfo))
            schema.Description = null;
        return Task.CompletedTask;
    }

    private static Task DescribeDocument(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "OpenPassage",
            Version = Document,
            Description = "Passkeys for an existing login, wire-compatible with Passkey Flex. "
                + "Backends call the management operations with an API key; browsers and apps call the others without.",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [ApiKey] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description =
                    $"One of the app's API keys, with the scope that the operation names: {string.Join(", ", ApiKeyScope.Words)}.",
            },
            [ServerKey] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key of the whole server: OpenPassage:AdminKeys, or made by openpassage key create --server.",
            },
            [ReadinessKey] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ReportsGate.KeyHeader,
                Description = "A public key for reports of what devices can do, made by openpassage readiness key create.",
            },
        };
        return Task.CompletedTask;
    }

    private static async Task DescribeOperationAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<RefusalsMetadata>().LastOrDefault() is not { } refusals)
            return;
        var audience = metadata.OfType<Audience>().Cast<Audience?>().LastOrDefault();
        var body = metadata.OfType<RequestBodyMetadata>().LastOrDefault();

        operation.Parameters ??= [];
        if (audience is not (null or Audience.Server) && operation.Parameters.All(parameter => parameter.Name != Gate.AppIdRouteValue))
            operation.Parameters.Insert(0, Parameter(Gate.AppIdRouteValue, ParameterLocation.Path, "string", "The app's id."));
        foreach (var parameter in metadata.OfType<QueryParametersMetadata>().SelectMany(query => query.Parameters))
            operation.Parameters.Add(Parameter(parameter.Name, ParameterLocation.Query, parameter.Type, parameter.Description));

        if (body is not null)
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = Json(await context.GetOrCreateSchemaAsync(body.Type, cancellationToken: cancellationToken)),
            };
        if (Schemes(audience, metadata.OfType<NeededScope>().LastOrDefault()?.Scope, context.Document).ToList() is [_, ..] schemes)
            operation.Security = schemes;
        if (metadata.OfType<Reporter>().Any())
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(ReadinessKey, context.Document)] = [] }];

        operation.Responses ??= [];
        foreach (var status in refusals.With(audience, body is not null)
            .Distinct()
            .GroupBy(refusal => refusal.Status)
            .OrderBy(group => group.Key))
            operation.Responses[status.Key.ToString()] = Refused([.. status]);
    }

    private static IEnumerable<OpenApiSecurityRequirement> Schemes(Audience? audience, ApiKeyScopes? needed, OpenApiDocument? document)
    {
        if (needed is { } scope)
            yield return new() { [new OpenApiSecuritySchemeReference(ApiKey, document)] = [scope.ToWords()[0]] };
        if (audience == Audience.Server || needed == ApiKeyScopes.Admin)
            yield return new() { [new OpenApiSecuritySchemeReference(ServerKey, document)] = [] };
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, string type, string description) => new()
    {
        Name = name,
        In = place,
        Required = place == ParameterLocation.Path,
        Description = description,
        Schema = new OpenApiSchema { Type = type == "integer" ? JsonSchemaType.Integer : JsonSchemaType.String },
    };

    private static OpenApiResponse Refused(IReadOnlyList<Refusal> refusals)
    {
        var envelope = Envelope(refusals);
        if (refusals.Any(refusal => refusal.Reason is not null))
        {
            envelope.Properties!["reason"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. refusals.Select(refusal => refusal.Reason)
                    .OfType<string>()
                    .Distinct()
                    .Select(reason => (JsonNode)JsonValue.Create(reason))],
                Description = "Distinguishes cases that share a code. Left out when there is nothing to distinguish, "
                    + "or when the page did not ask for signals.",
            };
        }
        return new OpenApiResponse
        {
            Description = string.Join('\n', refusals.Select(refusal => $"`{refusal.Code}`: {refusal.Sentence}")),
            Content = Json(envelope),
        };
    }

    private static OpenApiSchema Envelope(IReadOnlyList<Refusal> refusals) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string>(StringComparer.Ordinal) { "code", "error" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["code"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. refusals.Select(refusal => refusal.Code).Distinct().Select(code => (JsonNode)JsonValue.Create(code))],
            },
            ["error"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A sentence for people: what to do." },
        },
    };

    private static Dictionary<string, OpenApiMediaType> Json(IOpenApiSchema schema) =>
        new(StringComparer.Ordinal) { ["application/json"] = new OpenApiMediaType { Schema = schema } };
}
