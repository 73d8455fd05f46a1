namespace OpenPassage.Server.Apps;

/// <summary>What an API key may do. Every operation for backends names the one it needs.</summary>
[Flags]
internal enum ApiKeyScopes
{
    None = 0,

    /// <summary>Let users register and sign in.</summary>
    TransactionsWrite = 1,

    /// <summary>Learn whose ceremony a nonce proves.</summary>
    NoncesVerify = 2,

    /// <summary>Read users and their passkeys.</summary>
    UsersRead = 4,

    /// <summary>Rename and revoke passkeys.</summary>
    DevicesWrite = 8,

    /// <summary>Manage the app. Who may make keys may do what keys may do: it includes the others.</summary>
    Admin = 16,

    /// <summary>Make, change and remove Complete's accounts, and end their sessions.</summary>
    UsersWrite = 32,
}

/// <summary>The scopes' words.</summary>
internal static class ApiKeyScope
{
    /// <summary>What a key has that says nothing: a backend's daily work. So it was before there were scopes.</summary>
    public const ApiKeyScopes Usual = ApiKeyScopes.TransactionsWrite | ApiKeyScopes.NoncesVerify | ApiKeyScopes.UsersRead
        | ApiKeyScopes.DevicesWrite | ApiKeyScopes.UsersWrite;

    private static readonly (ApiKeyScopes Scope, string Word)[] Known =
    [
        (ApiKeyScopes.TransactionsWrite, "transactions:write"),
        (ApiKeyScopes.NoncesVerify, "nonces:verify"),
        (ApiKeyScopes.UsersRead, "users:read"),
        (ApiKeyScopes.DevicesWrite, "devices:write"),
        (ApiKeyScopes.UsersWrite, "users:write"),
        (ApiKeyScopes.Admin, "admin"),
    ];

    public static IReadOnlyList<string> Words => [.. Known.Select(known => known.Word)];

    public static IReadOnlyList<string> ToWords(this ApiKeyScopes scopes)
        => [.. Known.Where(known => scopes.HasFlag(known.Scope)).Select(known => known.Word)];

    /// <summary>Whether a key with these scopes may do what needs that one.</summary>
    public static bool Cover(this ApiKeyScopes scopes, ApiKeyScopes needed) => scopes.HasFlag(ApiKeyScopes.Admin) || scopes.HasFlag(needed);

    /// <summary>None for a word that is no scope.</summary>
    public static ApiKeyScopes Of(string word) => Known.FirstOrDefault(known => known.Word == word).Scope;

    public static ApiKeyScopes Of(IEnumerable<string> words) => words.Aggregate(ApiKeyScopes.None, (scopes, word) => scopes | Of(word));
}
