namespace OpenPassage.Complete.AspNetCore;

/// <summary>The names that this package uses.</summary>
public static class PassageDefaults
{
    /// <summary>The authentication scheme: <c>Passage</c>.</summary>
    public const string AuthenticationScheme = "Passage";

    /// <summary>The cookie in which the browser SDK keeps the token: <c>psg_auth_token</c>.</summary>
    public const string CookieName = "psg_auth_token";

    /// <summary>The name of the <see cref="HttpClient"/> that calls the server, for adding handlers to it.</summary>
    public const string HttpClientName = "OpenPassage.Complete";
}

/// <summary>The claims of an authenticated user, as JWT and OpenID Connect name them.</summary>
public static class PassageClaims
{
    /// <summary>The user's id, <c>sub</c>; <c>User.Identity.Name</c> is the same.</summary>
    public const string UserId = "sub";

    /// <summary>The session's id, <c>sid</c>.</summary>
    public const string SessionId = "sid";

    /// <summary>How the user signed in, <c>amr</c>: a claim for each method in the token, such as <c>hwk</c> and <c>user</c>.</summary>
    public const string Method = "amr";

    /// <summary>When the user signed in, <c>auth_time</c>, in Unix seconds.</summary>
    public const string SignInTime = Sdk.SignInTime.Claim;

    /// <summary>When the token expires, <c>exp</c>, in Unix seconds.</summary>
    public const string Expires = "exp";
}
