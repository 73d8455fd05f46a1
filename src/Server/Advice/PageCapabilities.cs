using OpenPassage.Server.Devices;

namespace OpenPassage.Server.Advice;

/// <summary>What a page can do with passkeys, as its browser says; absent: it does not say.</summary>
internal sealed record PageCapabilities
{
    /// <summary>Use a passkey that is on this device (<c>userVerifyingPlatformAuthenticator</c>).</summary>
    public bool? Local { get; init; }

    /// <summary>Suggest passkeys in a field (<c>conditionalGet</c>).</summary>
    public bool? Autofill { get; init; }

    /// <summary>Use a passkey on a phone nearby (<c>hybridTransport</c>).</summary>
    public bool? Phone { get; init; }

    /// <summary>Show a prompt only where a passkey is at hand (<c>immediateGet</c>).</summary>
    public bool? Immediate { get; init; }

    /// <summary>A page without WebAuthn says no to all of them.</summary>
    internal bool AreNone => this is { Local: false, Autofill: false, Phone: false, Immediate: false };
}

/// <summary>A page in a browser on a system.</summary>
/// <param name="Page">What it can do.</param>
/// <param name="System">One of a fixed set; null: not known.</param>
/// <param name="Browser">One of a fixed set; null: not known.</param>
internal readonly record struct Visit(PageCapabilities Page, string? System, string? Browser)
{
    public static Visit Of(PageCapabilities? page, string userAgent)
        => new(page ?? new(), UserAgent.SystemOf(userAgent), UserAgent.BrowserOf(userAgent));
}
