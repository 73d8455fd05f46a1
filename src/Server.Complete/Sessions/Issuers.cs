using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Settings;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>Who tokens are from, and for which pages: from the configuration, never from a request's headers.</summary>
internal sealed class Issuers(IOptions<OpenPassageCompleteOptions> options, DefaultUrl? unsaid = null)
{
    private readonly string publicUrl
        = options.Value.PublicUrl is { Length: > 0 } url ? url : unsaid?.Url ?? "http://localhost:8420";

    /// <summary>The claim <c>iss</c>, and the address that the app's documents stand below.</summary>
    public string Of(App app) => $"{publicUrl}/v1/apps/{app.Id.Value}";
}
