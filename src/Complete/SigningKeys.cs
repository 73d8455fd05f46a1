namespace OpenPassage.Complete;

/// <summary>
/// The app's public keys as the server published them last. One request at a time, however many callers; strangers' key ids cause none
/// within half a minute of the last. While the server is away the keys that are known are believed for a day.
/// </summary>
internal sealed class SigningKeys(ServerApi api, TimeProvider time)
{
    /// <summary>Older ones are used while they are fetched anew, so that a key that was withdrawn is soon believed no more.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>Older ones are not believed.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>How long after an answer an unknown key is refused without asking again.</summary>
    public static readonly TimeSpan PauseAfterAnswer = TimeSpan.FromSeconds(30);

    /// <summary>How long after a failure it is not tried again.</summary>
    public static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

#if NET9_0_OR_GREATER
    private readonly Lock gate = new();
#else
    private readonly object gate = new();
#endif
    private KeySet? known;
    private long knownSince;
    private Task<KeySet>? last;
    private long lastEnded;

    /// <summary>Null: the app has no such key, for certain.</summary>
    /// <exception cref="PassageCompleteException">The keys could not be fetched.</exception>
    public async Task<PublicKey?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        Task<KeySet> answer;
        lock (gate)
        {
            var age = known is null ? Kept : time.GetElapsedTime(knownSince);
            if (age < Kept && known!.Find(keyId) is { } key)
            {
                if (age >= Fresh && !IsRunningOrPaused())
                    Begin();
                return key;
            }

            // Whoever comes while a request is under way waits for its answer; after that, a while, the answer stands, be it a failure.
            answer = IsRunningOrPaused() ? last! : Begin();
        }
        return (await answer.WaitAsync(cancellationToken).ConfigureAwait(false)).Find(keyId);
    }

    private bool IsRunningOrPaused() => last is not null
        && (!last.IsCompleted || time.GetElapsedTime(lastEnded) < (last.IsCompletedSuccessfully ? PauseAfterAnswer : PauseAfterFailure));

    private Task<KeySet> Begin()
    {
        // The answer is everybody's: nothing of the first caller's, such as its trace or its request, goes along.
        using (ExecutionContext.IsFlowSuppressed() ? (AsyncFlowControl?)null : ExecutionContext.SuppressFlow())
            last = Task.Run(FetchAsync);
        // A failure may have nobody who waits for it.
        _ = last.ContinueWith(
            static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return last;
    }

    private async Task<KeySet> FetchAsync()
    {
        try
        {
            var reply = await api.CallAsync(
                token => api.SendAsync(HttpMethod.Get, "/.well-known/jwks.json", body: null, repeatable: true, token, asAnybody: true),
                CancellationToken.None).ConfigureAwait(false);
            var set = reply.Read(WireJson.Default.KeysResponse, response => KeySet.Of(response, known));
            lock (gate)
                (known, knownSince) = (set, time.GetTimestamp());
            return set;
        }
        finally
        {
            lock (gate)
                lastEnded = time.GetTimestamp();
        }
    }
}
