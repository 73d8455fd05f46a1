namespace OpenPassage.Authenticator;

/// <summary>§8.4: the certificate is the credential's own, and describes its key.</summary>
public sealed class AndroidKeyAttestation : CertifiedAttestation
{
    public const string KeyDescriptionExtension = "1.3.6.1.4.1.11129.2.1.17";

    public Action<KeyDescription>? BendDescription { get; set; }

    /// <summary>Whose key the certificate certifies; null: the credential's.</summary>
    public SigningKey? CertifiedKey { get; set; }

    protected override string Format => "android-key";

    protected override CborMap MakeStatement(AttestationRequest request)
    {
        var description = new KeyDescription { Challenge = request.ClientDataHash };
        BendDescription?.Invoke(description);
        var certificates = Issue(new Certificate
        {
            Subject = Der.Name((Certificate.CommonName, "Android Keystore Key")),
            PublicKey = (CertifiedKey ?? request.Key).ToSubjectPublicKeyInfo()!,
            Extensions = { [KeyDescriptionExtension] = (description.ToBytes(), false) },
        });
        var signature = CertifiedKey?.Sign(request.ToBeSigned) ?? request.SignWithKey(request.ToBeSigned);
        return new() { { "alg", (CertifiedKey ?? request.Key).Algorithm }, { "sig", Bent(signature) }, { "x5c", certificates } };
    }
}

/// <summary>KeyDescription before it is written out.</summary>
public sealed class KeyDescription
{
    public required byte[] Challenge { get; set; }
    public AndroidAuthorizationList Software { get; } = new();
    public AndroidAuthorizationList Hardware { get; } = new() { Purposes = [2], Origin = 0 };

    /// <summary>The last word on the bytes.</summary>
    public Func<byte[], byte[]>? BendBytes { get; set; }

    public byte[] ToBytes()
    {
        var bytes = Der.Sequence(
            Der.Integer(300), Der.Enumerated(1), Der.Integer(300), Der.Enumerated(1),
            Der.OctetString(Challenge), Der.OctetString(), Software.ToBytes(), Hardware.ToBytes());
        return BendBytes?.Invoke(bytes) ?? bytes;
    }
}

/// <summary>One AuthorizationList: tags in ascending order, ones that no version of this library knows included.</summary>
public sealed class AndroidAuthorizationList
{
    public int[] Purposes { get; set; } = [];
    public bool AllApplications { get; set; }
    public int? Origin { get; set; }

    public byte[] ToBytes()
    {
        var entries = new List<byte[]>();
        if (Purposes.Length > 0)
            entries.Add(Der.Explicit(1, Der.Set([.. Purposes.Select(purpose => Der.Integer(purpose))])));
        entries.Add(Der.Explicit(2, Der.Integer(3)));
        if (AllApplications)
            entries.Add(Der.Explicit(600, Der.Null()));
        if (Origin is { } origin)
            entries.Add(Der.Explicit(702, Der.Integer(origin)));
        entries.Add(Der.Explicit(70_000, Der.OctetString(1, 2, 3)));
        return Der.Sequence([.. entries]);
    }
}
