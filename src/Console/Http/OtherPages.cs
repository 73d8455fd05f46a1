using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OpenPassage.OperatorConsole.Http;

/// <summary>Addresses under the console that are none.</summary>
internal static class OtherPages
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("{**path}", Handle);

    private static IResult Handle() => Problem.NotFound("There is no such page in this console.");
}
