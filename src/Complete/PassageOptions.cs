namespace OpenPassage.Complete;

/// <summary>Where the server is, how to reach it, and what its tokens must say.</summary>
public sealed class PassageOptions
{
    /// <summary>
    /// The server's address without <c>/v1</c>; <c>http://localhost:8420</c> unless set. Use https beyond this machine: the API key
    /// travels in a header, and whoever can answer in the server's place can make valid tokens. A path is kept, so a server behind
    /// <c>https://example.com/passage</c> can be reached.
    /// </summary>
    public Uri BaseAddress { get; set; } = new("http://localhost:8420");

    /// <summary>
    /// The client to send with, such as one from <c>IHttpClientFactory</c>. It is not disposed, and its base address and default
    /// headers are not changed. Null: <see cref="Passage"/> makes its own, which follows no redirect and keeps no cookie.
    /// </summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>
    /// How long one call may take in all, repetitions included: 10 seconds unless set, or
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The issuer that tokens must name, such as <c>https://passkeys.example.com/v1/apps/shop</c>. Null: it is not checked, as in
    /// Passage's own SDKs; the key and the audience already show which app of which server a token is from.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>The clock by which tokens expire; the machine's unless set.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
