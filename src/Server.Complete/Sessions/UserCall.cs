using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>
/// A call by somebody who is signed in: the bearer's token is this app's and good now, its session goes on, its user is active. Binding
/// throws <see cref="RefusedException"/>, which the gate turns into the answer.
/// </summary>
internal sealed class UserCall(Account account, Session session)
{
    public Account Account => account;

    public User User => account.User;

    public Session Session => session;

    public static async ValueTask<UserCall?> BindAsync(HttpContext context)
    {
        var call = context.Features.Get<AppCall>()!;
        var services = context.RequestServices;
        var aborted = context.RequestAborted;
        if (ApiKeyAuthentication.BearerOf(context.Request, mostCharacters: 4096) is not { } token
            || await services.GetRequiredService<AccessTokens>().VerifyAsync(call.App, token, aborted) is not { } claims
            || await services.GetRequiredService<SessionStore>().FindAsync(call.AppId, claims.SessionId, aborted) is not { } session
            || session.UserId != claims.Subject)
            throw new RefusedException(CompleteRefusals.InvalidToken);
        if (session.UserStatus != UserStatus.Active)
            throw new RefusedException(Refusal.UserNotActive);
        // Not by its end: a token may outlive a session that nobody refreshes, and says itself until when it is good.
        if (session.IsRevoked
            || await services.GetRequiredService<AccountStore>().GetAsync(call.AppId, claims.Subject, aborted) is not { } account)
            throw new RefusedException(CompleteRefusals.InvalidToken);
        return new(account, session);
    }

    /// <summary>Whether the sign-in is recent enough for what changes how the user signs in.</summary>
    public bool IsRecent(AppCall call, DateTimeOffset now)
        => now - session.CreatedAt <= call.App.Settings.Complete.Session.RecentSignIn;
}
