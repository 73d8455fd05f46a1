using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.OperatorConsole.SignIn;

/// <summary>The page on which an operator signs in.</summary>
internal static class GetSignIn
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("sign-in", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call, ConsoleApp console, OperatorStore operators, CancellationToken cancellationToken)
    {
        var next = ConsolePaths.Own(call.Query("to"));
        if (call.Session is not null)
            return new SeeOther(next);
        return new Page<SignInPage>(new SignInModel(console.Origin, next, await operators.AnyAsync(cancellationToken)));
    }
}

internal sealed record SignInModel(string Origin, string Next, bool HasOperators);
