using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Passkeys;

/// <summary>How long the tickets of a ceremony are good.</summary>
internal sealed class Lifetimes(TimeProvider time, IOptions<OpenPassageOptions> options)
{
    /// <summary>Now, by the clock that tickets expire by.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>When a transaction sealed now expires.</summary>
    public DateTimeOffset TransactionExpiry => Now + options.Value.TransactionLifetime;

    /// <summary>When a handshake of a transaction sealed now expires, unless its app waits less long.</summary>
    public DateTimeOffset HandshakeExpiry => Now + options.Value.HandshakeLifetime;

    /// <summary>When a handshake without transaction sealed now expires.</summary>
    public DateTimeOffset ConditionalHandshakeExpiry => Now + options.Value.ConditionalHandshakeLifetime;

    /// <summary>When a nonce sealed now expires.</summary>
    public DateTimeOffset NonceExpiry => Now + options.Value.NonceLifetime;

    /// <summary>When a handshake of a transaction of this app sealed now expires: when its browsers no longer wait for the user.</summary>
    public DateTimeOffset HandshakeExpiryOf(App app) => Now + HandshakeLifetimeOf(app);

    /// <summary>How long a handshake of a transaction is good, which is also what browsers are told to wait.</summary>
    public TimeSpan HandshakeLifetimeOf(App app) => app.CeremonyTimeout ?? options.Value.HandshakeLifetime;
}
