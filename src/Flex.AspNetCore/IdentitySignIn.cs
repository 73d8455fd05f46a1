using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>The session of ASP.NET Core Identity.</summary>
internal static class IdentitySignIn<TUser>
    where TUser : class
{
    public static string? UserId(HttpContext http) => Users(http).GetUserId(http.User);

    public static string? UserName(HttpContext http) => Users(http).GetUserName(http.User);

    public static async Task SignInAsync(PasskeySignIn signIn)
    {
        var users = Users(signIn.HttpContext);
        var manager = signIn.HttpContext.RequestServices.GetRequiredService<SignInManager<TUser>>();
        var user = await users.FindByIdAsync(signIn.UserId);
        // One sentence for all: who holds a passkey of a deleted account learns no more than who is locked out.
        if (user is null || !await manager.CanSignInAsync(user) || (users.SupportsUserLockout && await users.IsLockedOutAsync(user)))
        {
            signIn.Refuse("This account cannot sign in now.");
            return;
        }
        // A second factor that the account asks for is not left out for a passkey that did not check who uses it.
        if (signIn.Ceremony.UserVerified == false && users.SupportsUserTwoFactor && await users.GetTwoFactorEnabledAsync(user))
        {
            signIn.Refuse("This passkey did not check who you are. Sign in with your password and second factor.");
            return;
        }
        await manager.SignInWithClaimsAsync(user, signIn.IsPersistent, [signIn.Claim]);
    }

    private static UserManager<TUser> Users(HttpContext http) => http.RequestServices.GetRequiredService<UserManager<TUser>>();
}
