namespace OpenPassage.Server.Ready.Agents;

/// <summary>User agent client hints (https://wicg.github.io/ua-client-hints/), from headers or from a page.</summary>
/// <param name="Brands">Brand and version, as <c>fullVersionList</c> or <c>brands</c> has them.</param>
/// <param name="Platform">Such as <c>Windows</c>; null: not said.</param>
/// <param name="PlatformVersion">Such as <c>15.0.0</c>; null: not said.</param>
internal sealed record ClientHints(IReadOnlyList<KeyValuePair<string, string>> Brands, string? Platform, string? PlatformVersion);
