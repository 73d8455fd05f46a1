using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Advice;

/// <summary>Whether to ask a user to make a passkey, and why so.</summary>
internal sealed record EnrolmentAdvised(EnrolmentAdvice Advice, EnrolmentReason Reason) : IAnswer<EnrolmentAdvised>
{
    public static JsonTypeInfo<EnrolmentAdvised> Json => AdviceWire.Default.EnrolmentAdvised;
}

/// <summary>Whether to ask.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EnrolmentAdvice>))]
internal enum EnrolmentAdvice
{
    [JsonStringEnumMemberName("ask_now")]
    AskNow,

    /// <summary>Not at this visit.</summary>
    [JsonStringEnumMemberName("later")]
    Later,

    /// <summary>Not on this device.</summary>
    [JsonStringEnumMemberName("no")]
    No,
}

/// <summary>Why.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EnrolmentReason>))]
internal enum EnrolmentReason
{
    /// <summary>The app asks a share of its users (<c>prompt_share</c>), and not this one.</summary>
    [JsonStringEnumMemberName("not_in_share")]
    NotInShare,

    /// <summary>The page cannot make passkeys at all.</summary>
    [JsonStringEnumMemberName("no_webauthn")]
    NoWebAuthn,

    /// <summary>A provider that is on this system has a passkey of the user.</summary>
    [JsonStringEnumMemberName("synced_here")]
    SyncedHere,

    /// <summary>A passkey that stays on its device is of a system like this one.</summary>
    [JsonStringEnumMemberName("made_on_this_system")]
    MadeOnThisSystem,

    /// <summary>The sign-in is too old to add a passkey.</summary>
    [JsonStringEnumMemberName("sign_in_too_old")]
    SignInTooOld,

    /// <summary>The page has asked within a week.</summary>
    [JsonStringEnumMemberName("asked_of_late")]
    AskedOfLate,

    /// <summary>Two registrations of the user were refused within a week.</summary>
    [JsonStringEnumMemberName("failed_of_late")]
    FailedOfLate,

    /// <summary>This device cannot make passkeys of its own.</summary>
    [JsonStringEnumMemberName("no_local")]
    NoLocal,

    /// <summary>Fewer than one in five who were asked on such a device made one.</summary>
    [JsonStringEnumMemberName("rarely_succeeds")]
    RarelySucceeds,

    /// <summary>The user's passkeys stay on a device of another system, or on security keys.</summary>
    [JsonStringEnumMemberName("second_device")]
    SecondDevice,

    /// <summary>One in five or more who were asked on such a device made one.</summary>
    [JsonStringEnumMemberName("often_succeeds")]
    OftenSucceeds,

    /// <summary>The browser says that it can.</summary>
    [JsonStringEnumMemberName("device_can")]
    DeviceCan,

    /// <summary>The browser does not say.</summary>
    [JsonStringEnumMemberName("device_may")]
    DeviceMay,
}
