using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenPassage.Flex;

namespace OpenPassage.Demo;

/// <summary>
/// All that passkeys add to this site's backend. Each operation has two halves: the backend asks the passkey server for a
/// transaction, the page runs the ceremony with it (passkey.register(), passkey.authenticate()) and brings back a nonce, the
/// backend has the nonce verified.
/// </summary>
internal static class Passkeys
{
    public const string AntiforgeryHeader = "X-Antiforgery";

    public static void MapPasskeys(this IEndpointRouteBuilder app)
    {
        var passkeys = app.MapGroup("/passkeys").AddEndpointFilter(RequireAntiforgery).AddEndpointFilter(Refusals.Explain);
        passkeys.MapPost("/sign-in", SignIn);

        var own = passkeys.MapGroup("").RequireAuthorization();
        own.MapPost("/confirm/password", ConfirmByPassword);
        own.MapPost("/confirm/passkey", BeginConfirmByPasskey);
        own.MapPost("/confirm/passkey/finish", ConfirmByPasskey);

        var guarded = own.MapGroup("").AddEndpointFilter(RequireFreshSession);
        guarded.MapPost("/register", BeginRegistration);
        guarded.MapDelete("/{deviceId}", Revoke);

        own.MapPost("/register/finish", FinishRegistration);
    }

    // ---- Signing in ----

    /// <summary>The page signed in by button or by autofill: the passkey itself says whose it is, nobody has to type a name.</summary>
    private static async Task<Results<Ok, ProblemHttpResult>> SignIn(Proof proof, PasskeyServer server, Accounts accounts, HttpContext http)
    {
        var proved = await server.Flex.Auth.VerifyCeremonyAsync(proof.Nonce, http.RequestAborted);
        // A passkey that was made, perhaps in passing and with nobody there, is no sign-in.
        if (proved.Ceremony != PassageCeremony.Authenticate)
            return Refusals.Because(StatusCodes.Status403Forbidden, "Making a passkey does not sign you in. Sign in with it.");
        if (accounts.Find(proved.ExternalId) is not { } account)
            return Refusals.Because(StatusCodes.Status401Unauthorized, "This passkey belongs to an account that is no longer here.");

        await Session.SignInAsync(http, account);
        return TypedResults.Ok();
    }

    // ---- Adding a passkey to the account that is signed in ----

    private static async Task<Transaction> BeginRegistration(PasskeyServer server, ClaimsPrincipal user, CancellationToken cancel) =>
        new(await server.Flex.Auth.CreateRegisterTransactionAsync(Session.AccountId(user), user.Identity!.Name!, cancel));

    private static async Task<Results<Ok, ProblemHttpResult>> FinishRegistration(
        Proof proof, PasskeyServer server, ClaimsPrincipal user, CancellationToken cancel) =>
        await server.Flex.Auth.VerifyNonceAsync(proof.Nonce, cancel) == Session.AccountId(user)
            ? TypedResults.Ok()
            : Refusals.Because(StatusCodes.Status403Forbidden, "This passkey was made for another account.");

    /// <summary>Answers what the page tells the user's authenticators, so that they stop offering the passkey that is gone.</summary>
    private static async Task<Ok<PasskeySignals?>> Revoke(
        string deviceId, PasskeyServer server, ClaimsPrincipal user, CancellationToken cancel) =>
        TypedResults.Ok<PasskeySignals?>(await server.Flex.User.RevokeDeviceAsync(Session.AccountId(user), deviceId, cancel));

    // ---- Confirming who is there, before anything that changes how one signs in ----

    private static async Task<Results<Ok, ProblemHttpResult>> ConfirmByPassword(
        Password proof, Accounts accounts, ClaimsPrincipal user, HttpContext http)
    {
        if (accounts.Find(user.Identity!.Name!, proof.Value) is not { } account)
            return Refusals.Because(StatusCodes.Status401Unauthorized, "That is not your password.");

        await Session.SignInAsync(http, account);
        return TypedResults.Ok();
    }

    private static async Task<Transaction> BeginConfirmByPasskey(PasskeyServer server, ClaimsPrincipal user, CancellationToken cancel) =>
        new(await server.Flex.Auth.CreateAuthenticateTransactionAsync(Session.AccountId(user), cancel));

    private static async Task<Results<Ok, ProblemHttpResult>> ConfirmByPasskey(
        Proof proof, PasskeyServer server, ClaimsPrincipal user, HttpContext http)
    {
        // A passkey of somebody else proves that somebody else is there, and one that was only made proves nothing.
        var proved = await server.Flex.Auth.VerifyCeremonyAsync(proof.Nonce, http.RequestAborted);
        if (proved.ExternalId != Session.AccountId(user) || proved.Ceremony != PassageCeremony.Authenticate)
            return Refusals.Because(StatusCodes.Status403Forbidden, "That passkey belongs to another account.");

        await Session.SignInAsync(http, new Account(Session.AccountId(user), user.Identity!.Name!));
        return TypedResults.Ok();
    }

    // ---- Guards ----

    /// <summary>Only this site's own pages may call: their layout hands out the token.</summary>
    private static async ValueTask<object?> RequireAntiforgery(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var antiforgery = call.HttpContext.RequestServices.GetRequiredService<IAntiforgery>();
        return await antiforgery.IsRequestValidAsync(call.HttpContext)
            ? await next(call)
            : Refusals.Because(StatusCodes.Status400BadRequest, "This page is out of date. Reload it and try again.");
    }

    /// <summary>A session left open on a shared computer must not be enough to add or remove a way in.</summary>
    private static async ValueTask<object?> RequireFreshSession(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var time = call.HttpContext.RequestServices.GetRequiredService<TimeProvider>();
        return Session.IsFresh(call.HttpContext.User, time)
            ? await next(call)
            : Refusals.Because(StatusCodes.Status403Forbidden, "Confirm that it is you first.", code: "confirm");
    }

    internal sealed record Transaction(string TransactionId);

    internal sealed record Proof(string Nonce);

    internal sealed record Password(string Value);
}
