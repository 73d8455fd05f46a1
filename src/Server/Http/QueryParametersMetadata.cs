namespace OpenPassage.Server.Http;

/// <summary>Query parameters that the handler reads by itself, for the API's description.</summary>
internal sealed record QueryParametersMetadata(IReadOnlyList<QueryParameter> Parameters);

internal sealed record QueryParameter(string Name, string Type, string Description);
