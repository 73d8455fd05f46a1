using Microsoft.AspNetCore.Http;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>Adding a passkey to the account that is signed in.</summary>
internal static class Register
{
    public static async Task<IResult> BeginAsync(HttpContext http, PassageFlex passage, PasskeyEndpointOptions options)
    {
        if (options.UserId(http) is not { Length: > 0 } userId)
            return Refusal.SignedOut;
        var name = options.UserName(http) is { Length: > 0 } given ? given : userId;
        var transaction = await passage.Auth.CreateRegisterTransactionAsync(userId, name, http.RequestAborted);
        return Json.Of(new Transaction(transaction), PasskeyJson.Default.Transaction);
    }

    /// <summary>The passkey exists already; what is left is to tell the page of another account from this one.</summary>
    public static async Task<IResult> FinishAsync(HttpContext http, PassageFlex passage, PasskeyEndpointOptions options)
    {
        var proof = await Json.ReadAsync(http, PasskeyJson.Default.Proof);
        if (string.IsNullOrWhiteSpace(proof.Nonce))
            return Refusal.InvalidNonce;
        if (options.UserId(http) is not { Length: > 0 } userId)
            return Refusal.SignedOut;
        // A page that goes away cannot stop it half-way: a passkey that is there is told of.
        var proved = await passage.Auth.VerifyCeremonyAsync(proof.Nonce, CancellationToken.None);
        if (proved.ExternalId != userId)
            return Refusal.AnotherUser;
        if (proved.Ceremony is PassageCeremony.Authenticate)
            return Refusal.InvalidRequest with { Sentence = "This was a sign-in, not a new passkey." };
        await PasskeyChange.AddedAsync(http, passage, userId, proved.DeviceId, options);
        return TypedResults.NoContent();
    }
}
