using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Http;

/// <summary>
/// Seals what a ceremony needs later into the ids that clients carry, so that starting one costs no row. A ticket opens only
/// for its app and its kind, and not after it has expired. That it is used once is the store's work.
/// </summary>
internal sealed class Tickets(IDataProtectionProvider protection, TimeProvider time, IOptions<OpenPassageOptions> options)
{
    /// <summary>When a ticket sealed now should expire, by kind.</summary>
    public DateTimeOffset TransactionExpiry => time.GetUtcNow() + options.Value.TransactionLifetime;
    public DateTimeOffset HandshakeExpiry => time.GetUtcNow() + options.Value.HandshakeLifetime;
    public DateTimeOffset ConditionalHandshakeExpiry => time.GetUtcNow() + options.Value.ConditionalHandshakeLifetime;
    public DateTimeOffset NonceExpiry => time.GetUtcNow() + options.Value.NonceLifetime;

    public string Seal(App app, RegisterTransaction t) => throw new NotImplementedException(protection.ToString());
    public string Seal(App app, AuthenticateTransaction t) => throw new NotImplementedException();
    public string Seal(App app, RegistrationHandshake t) => throw new NotImplementedException();
    public string Seal(App app, AuthenticationHandshake t) => throw new NotImplementedException();
    public string Seal(App app, Nonce t) => throw new NotImplementedException();

    public bool TryOpen(App app, string? ticket, [NotNullWhen(true)] out RegisterTransaction? t) => throw new NotImplementedException();
    public bool TryOpen(App app, string? ticket, [NotNullWhen(true)] out AuthenticateTransaction? t) => throw new NotImplementedException();
    public bool TryOpen(App app, string? ticket, [NotNullWhen(true)] out RegistrationHandshake? t) => throw new NotImplementedException();
    public bool TryOpen(App app, string? ticket, [NotNullWhen(true)] out AuthenticationHandshake? t) => throw new NotImplementedException();
    public bool TryOpen(App app, string? ticket, [NotNullWhen(true)] out Nonce? t) => throw new NotImplementedException();
}
