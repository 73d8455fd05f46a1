namespace OpenPassage.Complete;

/// <summary>
/// For the backend of a site whose login is Passkey Complete: validates the tokens of signed-in users, and manages users. Create one for
/// each app and keep it for the life of the process; it is thread-safe.
/// </summary>
/// <remarks>
/// <para>Besides the exceptions documented for it, every call may throw:</para>
/// <list type="bullet">
/// <item><see cref="PassageException"/>: the server refused; <see cref="PassageException.Code"/> says why.</item>
/// <item><see cref="PassageConnectionException"/>: there was no answer in time, so whether the server acted is not known.</item>
/// <item><see cref="PassageProtocolException"/>: something answered that is not a Passage server.</item>
/// <item><see cref="ArgumentException"/>: an argument was null, empty, blank or not well-formed Unicode.</item>
/// <item><see cref="OperationCanceledException"/>: the caller's token was cancelled.</item>
/// </list>
/// <para>The first three are <see cref="PassageCompleteException"/>s.</para>
/// <para>A call that is safe to repeat is repeated up to twice, after a short random wait, when the connection failed or the
/// answer was 502, 503 or 504. <see cref="UserOperations.CreateAsync"/> and
/// <see cref="AuthOperations.CreateMagicLinkAsync"/> are never repeated.</para>
/// </remarks>
public class Passage : IDisposable
{
    private readonly ServerApi? api;
    private readonly AuthOperations? auth;
    private readonly UserOperations? user;

    /// <summary>A client of the server on this machine, <c>http://localhost:8420</c>, that only validates tokens.</summary>
    /// <param name="appId">The app's id.</param>
    /// <exception cref="ArgumentException">The argument is empty, or cannot be an app id.</exception>
    public Passage(string appId)
        : this(appId, new PassageOptions())
    {
    }

    /// <summary>
    /// A client of the server that <paramref name="options"/> name, that only validates tokens: managing users needs an API key.
    /// </summary>
    /// <param name="appId">The app's id.</param>
    /// <param name="options">Read once, here.</param>
    /// <exception cref="ArgumentException">An argument is empty, or cannot be an app id or base address.</exception>
    public Passage(string appId, PassageOptions options)
        : this(appId, apiKey: null, options, needsKey: false)
    {
    }

    /// <summary>A client of the server on this machine, <c>http://localhost:8420</c>.</summary>
    /// <param name="appId">The app's id.</param>
    /// <param name="apiKey">An API key of the app. It is a secret of the backend: never put it into a browser or into source code.</param>
    /// <exception cref="ArgumentException">An argument is empty, or cannot be an app id or API key.</exception>
    public Passage(string appId, string apiKey)
        : this(appId, apiKey, new PassageOptions())
    {
    }

    /// <summary>A client of the server that <paramref name="options"/> name.</summary>
    /// <param name="appId">The app's id.</param>
    /// <param name="apiKey">An API key of the app. It is a secret of the backend: never put it into a browser or into source code.</param>
    /// <param name="options">Read once, here.</param>
    /// <exception cref="ArgumentException">An argument is empty, or cannot be an app id, API key or base address.</exception>
    public Passage(string appId, string apiKey, PassageOptions options)
        : this(appId, apiKey, options, needsKey: true)
    {
    }

    /// <summary>For a class that replaces this one in tests: it calls no server, and does only what it overrides.</summary>
    protected Passage()
    {
    }

    private Passage(string appId, string? apiKey, PassageOptions options, bool needsKey)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.TimeProvider is null)
            throw new ArgumentException("TimeProvider is missing.", nameof(options));
        if (needsKey)
            ArgumentException.ThrowIfNullOrWhiteSpace(apiKey);
        if (options.Issuer is { } issuer && string.IsNullOrWhiteSpace(issuer))
            throw new ArgumentException("Issuer is empty. Leave it null to check none.", nameof(options));
        api = new ServerApi("openpassage-complete", appId, apiKey, options.BaseAddress, options.HttpClient, options.Timeout);
        auth = new AuthOperations(
            new Tokens(new SigningKeys(api, options.TimeProvider), appId, options.Issuer, options.TimeProvider),
            managing: needsKey ? api : null);
        user = new UserOperations(api, hasKey: needsKey);
    }

    /// <summary>The tokens of signed-in users.</summary>
    public virtual AuthOperations Auth => auth ?? throw NotOverridden();

    /// <summary>Users, their passkeys and their sessions.</summary>
    public virtual UserOperations User => user ?? throw NotOverridden();

    /// <summary>Closes the connections; a <see cref="PassageOptions.HttpClient"/> of the caller's stays open.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What <see cref="Dispose()"/> does.</summary>
    /// <param name="disposing">True: <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            api?.Dispose();
    }

    private NotSupportedException NotOverridden() => new($"{GetType()} does not override this property.");
}
