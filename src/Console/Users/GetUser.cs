using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;

namespace OpenPassage.OperatorConsole.Users;

/// <summary>A user: passkeys, what happened lately, and what can be done.</summary>
internal static class GetUser
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("apps/{app_id}/users/{user_id}", Handle);

    private static async Task<IResult> Handle(string app_id, string user_id, UserModels models, CancellationToken cancellationToken)
        => new Page<OneUserPage>(await models.ReadAsync(app_id, user_id, cancellationToken));
}
