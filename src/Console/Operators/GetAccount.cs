using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>The operator's own passkeys and sessions.</summary>
internal static class GetAccount
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("account", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call, ConsoleApp console, PasskeyStore passkeys, SessionStore sessions, CancellationToken cancellationToken)
        => new Page<AccountPage>(new AccountModel(
            call.Session!,
            await passkeys.ListAsync(console.Id, call.Operator.UserId, cancellationToken),
            await sessions.ListAsync(call.Operator.UserId, cancellationToken)));
}

internal sealed record AccountModel(Session Session, IReadOnlyList<Passkey> Passkeys, IReadOnlyList<Session> Sessions)
{
    public bool IsThis(Session session) => session.Hash.AsSpan().SequenceEqual(Session.Hash);
}

/// <summary>Ends the operator's sessions elsewhere, or one of them.</summary>
internal static class EndSessions
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("account/end-sessions", Handle);
        routes.MapPost("account/end-session", HandleOne);
    }

    private static async Task<IResult> Handle(ConsoleCall call, SessionStore sessions, CancellationToken cancellationToken)
    {
        await sessions.EndOthersAsync(call.Session!, call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.Account, "sessions-ended");
    }

    private static async Task<IResult> HandleOne(ConsoleCall call, SessionStore sessions, CancellationToken cancellationToken)
    {
        if (call.Field("session") is not { Length: 64 } hash || !hash.All(char.IsAsciiHexDigit))
            return Problem.NotFound("There is no such session.");
        var asked = Convert.FromHexString(hash);
        var one = (await sessions.ListAsync(call.Operator.UserId, cancellationToken))
            .FirstOrDefault(session => session.Hash.AsSpan().SequenceEqual(asked));
        if (one is null)
            return Problem.NotFound("There is no such session: it has ended.");
        await sessions.EndAsync(one, call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.Account, "session-ended");
    }
}
