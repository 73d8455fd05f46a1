namespace OpenPassage.Server.Ready.Values;

/// <summary>What a device said it can do. The bits stand in databases: they stay.</summary>
[Flags]
internal enum Capabilities
{
    None = 0,

    /// <summary>WebAuthn at all: a security key can be used.</summary>
    SecurityKey = 1,

    /// <summary>Passkeys of its own, behind its screen lock.</summary>
    Platform = 2,

    /// <summary>Passkeys that its provider synchronises.</summary>
    Synced = 4,

    /// <summary>A passkey on a phone nearby (hybrid transport).</summary>
    CrossDevice = 8,

    /// <summary>Passkeys among the suggestions of a name field (autofill).</summary>
    ConditionalUi = 16,

    /// <summary>A passkey made in passing after a sign-in with a password.</summary>
    ConditionalCreate = 32,

    /// <summary>A sign-in that shows itself only where there is a passkey at once.</summary>
    ImmediateUi = 64,
}
