namespace OpenPassage.WebAuthn.Metadata;

/// <summary>The words for a model's status (MDS 3, §3.1.4) that a relying party may have to act on.</summary>
public static class AuthenticatorStatus
{
    /// <summary>FIDO says that the model is not to be trusted at all.</summary>
    public const string Revoked = "REVOKED";

    /// <summary>User verification can be bypassed.</summary>
    public const string UserVerificationBypass = "USER_VERIFICATION_BYPASS";

    /// <summary>The key that vouches for the model is compromised.</summary>
    public const string AttestationKeyCompromise = "ATTESTATION_KEY_COMPROMISE";

    /// <summary>Users' keys can be extracted remotely.</summary>
    public const string UserKeyRemoteCompromise = "USER_KEY_REMOTE_COMPROMISE";

    /// <summary>Users' keys can be extracted by someone who has the authenticator.</summary>
    public const string UserKeyPhysicalCompromise = "USER_KEY_PHYSICAL_COMPROMISE";

    /// <summary>There is newer firmware.</summary>
    public const string UpdateAvailable = "UPDATE_AVAILABLE";

    /// <summary>Not certified by FIDO.</summary>
    public const string NotFidoCertified = "NOT_FIDO_CERTIFIED";

    /// <summary>The beginning of every certification level.</summary>
    private const string FidoCertified = "FIDO_CERTIFIED";

    /// <summary>What a relying party refuses unless it says otherwise.</summary>
    public static IReadOnlySet<string> RefusedByDefault { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        Revoked, UserVerificationBypass, AttestationKeyCompromise, UserKeyRemoteCompromise, UserKeyPhysicalCompromise,
    };

    /// <summary>
    /// Whether one of those statuses holds. The specification has the latest report "reflect the current status": a
    /// certification or an update that came later answers what was reported before. A revocation and a compromised
    /// attestation key cannot be remedied, and hold whatever came later; the latter only for the certificate it names, if it
    /// names one.
    /// </summary>
    /// <remarks>Reports that take effect after <paramref name="at"/> are not looked at; null: all are.</remarks>
    internal static bool Holds(
        IReadOnlyList<StatusReport> reports, IReadOnlySet<string> refused, IReadOnlyList<ReadOnlyMemory<byte>> path, DateTimeOffset? at)
    {
        var holds = false;
        var today = at is { } moment ? DateOnly.FromDateTime(moment.UtcDateTime) : DateOnly.MaxValue;
        // The sort is stable: of two reports of one day, the later in the blob is the later.
        foreach (var report in reports.Where(report => report.Since <= today).OrderBy(report => report.Since))
        {
            if (refused.Contains(report.Status))
            {
                if (report.Status == Revoked || (report.Status == AttestationKeyCompromise && Concerns(report, path)))
                    return true;
                holds |= report.Status != AttestationKeyCompromise;
            }
            else if (report.Status == UpdateAvailable || report.Status.StartsWith(FidoCertified, StringComparison.Ordinal))
            {
                holds = false;
            }
        }
        return holds;
    }

    private static bool Concerns(StatusReport report, IReadOnlyList<ReadOnlyMemory<byte>> path) =>
        report.Certificate.IsEmpty || path.Any(certificate => certificate.Span.SequenceEqual(report.Certificate.Span));
}
