namespace OpenPassage.WebAuthn;

/// <summary>Extensions that an authentication asks for. What came of it is in <c>Authentication.Extensions</c>.</summary>
public sealed record AuthenticationExtensions
{
    /// <summary>The FIDO AppID under which U2F credentials were once registered (<c>appid</c>, §10.1.1).</summary>
    public string? AppId { get; init; }

    /// <summary>Evaluate the passkey's PRF at these inputs (<c>prf.eval</c>, §10.1.4). The results stay in the browser.</summary>
    public PrfInputs? Prf { get; init; }

    /// <summary>Inputs for single credentials (<c>prf.evalByCredential</c>), each of which must be in <c>allowCredentials</c>.</summary>
    public IReadOnlyDictionary<CredentialId, PrfInputs> PrfByCredential { get; init; } = new Dictionary<CredentialId, PrfInputs>();

    /// <summary>Read the credential's blob (<c>largeBlob.read</c>, §10.1.5). It stays in the browser.</summary>
    public bool ReadLargeBlob { get; init; }

    /// <summary>
    /// Keep this blob with the credential (<c>largeBlob.write</c>), exactly one of which must be in <c>allowCredentials</c>.
    /// </summary>
    public ReadOnlyMemory<byte>? WriteLargeBlob { get; init; }
}
