using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Advice;

/// <summary>How to ask for a passkey, and why so.</summary>
internal sealed record SignInAdvised(SignInAdvice Advice, SignInReason Reason) : IAnswer<SignInAdvised>
{
    public static JsonTypeInfo<SignInAdvised> Json => AdviceWire.Default.SignInAdvised;
}

/// <summary>How to ask for a passkey.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SignInAdvice>))]
internal enum SignInAdvice
{
    /// <summary>Show the browser's prompt, for a passkey on this device.</summary>
    [JsonStringEnumMemberName("local")]
    Local,

    /// <summary>Suggest passkeys in the name field, and show no prompt.</summary>
    [JsonStringEnumMemberName("autofill")]
    Autofill,

    /// <summary>Show the prompt for a passkey on a phone.</summary>
    [JsonStringEnumMemberName("phone")]
    Phone,

    /// <summary>Show the prompt for a security key.</summary>
    [JsonStringEnumMemberName("security_key")]
    SecurityKey,

    /// <summary>Do not ask: offer the other way to sign in.</summary>
    [JsonStringEnumMemberName("fallback")]
    Fallback,
}

/// <summary>Why.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SignInReason>))]
internal enum SignInReason
{
    /// <summary>A provider that is on this system has a passkey of the user.</summary>
    [JsonStringEnumMemberName("synced_here")]
    SyncedHere,

    /// <summary>A passkey that stays on its device is of a system like this one.</summary>
    [JsonStringEnumMemberName("made_on_this_system")]
    MadeOnThisSystem,

    /// <summary>A passkey may be here: no more is known, or no more may be told.</summary>
    [JsonStringEnumMemberName("may_be_here")]
    MayBeHere,

    /// <summary>The user's passkeys are with a provider that is not on this system.</summary>
    [JsonStringEnumMemberName("synced_elsewhere")]
    SyncedElsewhere,

    /// <summary>The user's passkeys stay on a device of another system.</summary>
    [JsonStringEnumMemberName("bound_elsewhere")]
    BoundElsewhere,

    /// <summary>The user's passkeys were on another device when they were made.</summary>
    [JsonStringEnumMemberName("on_another_device")]
    OnAnotherDevice,

    /// <summary>This device cannot use passkeys of its own.</summary>
    [JsonStringEnumMemberName("no_local")]
    NoLocal,

    /// <summary>The user's passkeys are on security keys.</summary>
    [JsonStringEnumMemberName("on_security_key")]
    OnSecurityKey,

    /// <summary>Nobody was named, so nothing is known but what the page can do.</summary>
    [JsonStringEnumMemberName("nobody_named")]
    NobodyNamed,

    /// <summary>The user has none.</summary>
    [JsonStringEnumMemberName("no_passkey")]
    NoPasskey,

    /// <summary>The page cannot use passkeys at all.</summary>
    [JsonStringEnumMemberName("no_webauthn")]
    NoWebAuthn,
}
