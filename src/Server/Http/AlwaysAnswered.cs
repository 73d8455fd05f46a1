using Microsoft.AspNetCore.Http;

namespace OpenPassage.Server.Http;

/// <summary>
/// Marks an endpoint that is answered however busy the server is: it works on nothing and holds no memory of its own, however slowly
/// its caller reads.
/// </summary>
internal sealed class AlwaysAnswered
{
    public static readonly AlwaysAnswered Metadata = new();

    private AlwaysAnswered()
    {
    }

    public static bool Is(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<AlwaysAnswered>() is not null;
}
