namespace OpenPassage.Flex;

/// <summary>Where the server is and how to reach it.</summary>
public sealed class PassageFlexOptions
{
    /// <summary>
    /// The server's address without <c>/v1</c>; <c>http://localhost:8420</c> unless set. Use https beyond this machine: the API key
    /// travels in a header. A path is kept, so a server behind <c>https://example.com/passage</c> can be reached.
    /// </summary>
    public Uri BaseAddress { get; set; } = new("http://localhost:8420");

    /// <summary>
    /// The client to send with, such as one from <c>IHttpClientFactory</c>. It is not disposed, and its base address and default
    /// headers are not changed. Null: <see cref="PassageFlex"/> makes its own, which follows no redirect and keeps no cookie.
    /// </summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>
    /// How long one call may take in all, repetitions included: 10 seconds unless set, or
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}
