using System.Text.Json;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests;

/// <summary>An authenticator that Chromium itself emulates for one page; somebody is always there and touches it.</summary>
internal sealed class VirtualAuthenticator
{
    private readonly ICDPSession session;
    private readonly string id;

    private VirtualAuthenticator(ICDPSession session, string id) => (this.session, this.id) = (session, id);

    /// <param name="page">The page whose ceremonies it serves.</param>
    /// <param name="transport"><c>internal</c> for one built into the device, <c>usb</c> for a security key.</param>
    /// <param name="more">Further options of the protocol's <c>VirtualAuthenticatorOptions</c>, such as <c>hasPrf</c>.</param>
    public static async Task<VirtualAuthenticator> AddAsync(
        IPage page, string transport = "internal", params (string Option, object Value)[] more)
    {
        var cdp = await page.Context.NewCDPSessionAsync(page);
        await cdp.SendAsync("WebAuthn.enable");
        var options = new Dictionary<string, object>
        {
            ["protocol"] = "ctap2",
            ["ctap2Version"] = "ctap2_1",
            ["transport"] = transport,
            ["hasResidentKey"] = true,
            ["hasUserVerification"] = true,
            ["isUserVerified"] = true,
            ["automaticPresenceSimulation"] = true,
        };
        foreach (var (option, value) in more)
            options[option] = value;
        var added = await cdp.SendAsync("WebAuthn.addVirtualAuthenticator", new() { ["options"] = options });
        return new VirtualAuthenticator(cdp, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>Whether the person is recognised from now on.</summary>
    public Task SetUserVerifiedAsync(bool recognised) =>
        session.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = id, ["isUserVerified"] = recognised });

    /// <summary>Whether somebody touches it when a ceremony begins. One that has begun without waits for ever.</summary>
    public Task SetPresenceAsync(bool present) =>
        session.SendAsync("WebAuthn.setAutomaticPresenceSimulation", new() { ["authenticatorId"] = id, ["enabled"] = present });

    /// <summary>
    /// The next <c>credentialDeleted</c> or <c>credentialUpdated</c>: what a page's signal came to. Ask before the page signals.
    /// </summary>
    public Task<JsonElement> NextAsync(string happening)
    {
        var seen = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Event($"WebAuthn.{happening}").OnEvent += (_, told) => seen.TrySetResult(told!.Value.Clone());
        return seen.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>Whatever it signs from now on carries no true signature.</summary>
    public Task SpoilSignaturesAsync() =>
        session.SendAsync("WebAuthn.setResponseOverrideBits", new() { ["authenticatorId"] = id, ["isBogusSignature"] = true });

    /// <summary>How many passkeys it holds; there is room for three.</summary>
    public async Task<int> CountPasskeysAsync()
    {
        var answer = await session.SendAsync("WebAuthn.getCredentials", new() { ["authenticatorId"] = id });
        return answer!.Value.GetProperty("credentials").GetArrayLength();
    }

    /// <summary>Forgets all passkeys.</summary>
    public Task ClearAsync() => session.SendAsync("WebAuthn.clearCredentials", new() { ["authenticatorId"] = id });

    public Task RemoveAsync() => session.SendAsync("WebAuthn.removeVirtualAuthenticator", new() { ["authenticatorId"] = id });
}
