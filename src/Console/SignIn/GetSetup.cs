using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.OperatorConsole.SignIn;

/// <summary>The page that an invitation leads to. The invitation itself stays behind the <c>#</c>; the page's script shows it.</summary>
internal static class GetSetup
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("setup", Handle);

    private static IResult Handle(ConsoleApp console) => new Page<SetupPage>(new SetupModel(console.Origin));
}

internal sealed record SetupModel(string Origin);
