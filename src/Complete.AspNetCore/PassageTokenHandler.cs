using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;

namespace OpenPassage.Complete.AspNetCore;

/// <summary>
/// Lets <see cref="Passage"/> judge the token: as strictly as for every backend, with one set of keys, and in an application's tests by
/// what stands in for it. Of the parameters, those that name claims count.
/// </summary>
internal sealed class PassageTokenHandler(Passage passage) : TokenHandler
{
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        try
        {
            var validated = await passage.Auth.ValidateTokenAsync(token);
            return new TokenValidationResult
            {
                IsValid = true,
                SecurityToken = new PassageToken(validated),
                ClaimsIdentity = new ClaimsIdentity(
                    ClaimsOf(validated),
                    validationParameters.AuthenticationType,
                    validationParameters.NameClaimType,
                    validationParameters.RoleClaimType),
            };
        }
        catch (PassageCompleteException refused)
        {
            return new TokenValidationResult { Exception = refused };
        }
    }

    private static IEnumerable<Claim> ClaimsOf(ValidatedToken token)
    {
        var issuer = token.Issuer ?? ClaimsIdentity.DefaultIssuer;
        yield return new Claim(PassageClaims.UserId, token.UserId, ClaimValueTypes.String, issuer);
        if (token.SessionId is { } session)
            yield return new Claim(PassageClaims.SessionId, session, ClaimValueTypes.String, issuer);
        foreach (var method in token.AuthenticationMethods)
            yield return new Claim(PassageClaims.Method, method, ClaimValueTypes.String, issuer);
        if (token.SignedInAt is { } time)
            yield return new Claim(PassageClaims.SignInTime, $"{time.ToUnixTimeSeconds()}", ClaimValueTypes.Integer64, issuer);
        yield return new Claim(PassageClaims.Expires, $"{token.ExpiresAt.ToUnixTimeSeconds()}", ClaimValueTypes.Integer64, issuer);
    }

    /// <summary>What the framework asks of a token that is good.</summary>
    private sealed class PassageToken(ValidatedToken token) : SecurityToken
    {
        public override string Id => "";

        public override string Issuer => token.Issuer ?? "";

        public override SecurityKey? SecurityKey => null;

        public override SecurityKey? SigningKey { get; set; }

        public override DateTime ValidFrom => DateTime.MinValue;

        public override DateTime ValidTo => token.ExpiresAt.UtcDateTime;
    }
}
