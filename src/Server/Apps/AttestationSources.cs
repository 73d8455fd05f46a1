using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Devices;
using OpenPassage.Server.Sql;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Metadata;

namespace OpenPassage.Server.Apps;

/// <summary>
/// Who may vouch for authenticators, and what they are called: the files that the settings name, read once. A file that cannot be
/// used stops nothing: what it would have vouched for is not trusted, and <see cref="Problems"/> tells.
/// </summary>
internal sealed class AttestationSources
{
    private readonly TimeProvider time;
    private readonly List<SourceProblem> problems = [];

    // Every publisher counts for itself.
    private readonly string numberKind = "fido_metadata";

    public AttestationSources(IOptions<OpenPassageOptions> options, TimeProvider time)
    {
        this.time = time;
        var settings = options.Value;
        Anchors = Read(nameof(settings.AttestationAnchors), settings.AttestationAnchors, SideFile.ToAnchors) ?? TrustAnchors.None;
        Names = Read(nameof(settings.FidoNames), settings.FidoNames, SideFile.ToNames);

        TrustAnchors? roots = null;
        if (settings.FidoMetadataRoot is { Length: > 0 } file)
        {
            var named = Read(
                nameof(settings.FidoMetadataRoot), file, bytes => new NamedRoots(SideFile.ToAnchors(bytes), SHA256.HashData(bytes)));
            // Whoever names a root trusts no other: without it no list is trusted.
            roots = named?.Anchors ?? TrustAnchors.None;
            numberKind += named is null ? "" : $":{Convert.ToHexStringLower(named.Hash)[..16]}";
        }

        // The publisher's are read only where there is a list: it takes a server's start longer than all else here.
        if (roots is not { Count: 0 })
        {
            Metadata = Read(
                nameof(settings.FidoMetadata),
                settings.FidoMetadata,
                bytes => SideFile.ToMetadata(bytes, roots ?? MetadataBlob.PublisherRoots, time.GetUtcNow()));
        }

        File = settings.FidoMetadata;
    }

    public TrustAnchors Anchors { get; }

    public MetadataBlob? Metadata { get; set; }

    private ConvenienceMetadata? Names { get; }

    private string? File { get; }

    /// <summary>What is wrong with the files now: those that cannot be used, and a list whose successor is due.</summary>
    public IReadOnlyList<SourceProblem> Problems => Metadata is { } blob && blob.IsOverdue(time.GetUtcNow())
        ? [.. problems, SourceProblem.Overdue(File, blob.NextUpdate)]
        : problems;

    /// <summary>What FIDO calls a model or provider, or else the list that comes along; null: neither knows it.</summary>
    public string? NameOf(Guid aaguid) => Names?.NameOf(aaguid) ?? Aaguids.NameOf(aaguid);

    /// <summary>An app's policy with them.</summary>
    public AttestationPolicy PolicyOf(AppOptions app) => new()
    {
        Anchors = Anchors,
        Metadata = Metadata,
        RequireAttestation = app.RequireAttestation,
        Untrusted = PolicyRules.ToUntrusted(app.UntrustedAttestation) ?? UntrustedAttestation.Report,
        // What nobody requires stops no registration; where it is required, this has no effect (decision 16).
        AcceptUnjudged = true,
        AllowSha1 = app.AllowSha1,
        RefusedStatuses = PolicyRules.ToStatuses(app.RefusedStatuses),
        AllowedAaguids = app.AllowedAaguids is [] ? null : app.AllowedAaguids.Select(Guid.Parse).ToHashSet(),
        DeniedAaguids = app.DeniedAaguids.Select(Guid.Parse).ToHashSet(),
    };

    /// <summary>
    /// Gives metadata up that is older than what this database has seen in use: it would take back what FIDO has reported since.
    /// </summary>
    public async ValueTask KeepNumberAsync(Database database, CancellationToken cancellationToken)
    {
        if (Metadata is not { } blob)
            return;
        var kind = Parameter.Text("kind", numberKind);
        await database.WriteAsync(
            [
                new(
                    """
                    INSERT INTO changes (kind, number) VALUES (@kind, @number)
                    ON CONFLICT (kind) DO UPDATE SET number = excluded.number WHERE changes.number < excluded.number
                    """,
                    kind,
                    Parameter.Number("number", blob.Number)),
            ],
            cancellationToken);
        Compare(await database.NumberAsync(new("SELECT number FROM changes WHERE kind = @kind", kind), cancellationToken));
    }

    /// <summary>The same for those who only look: <paramref name="highest"/> answers for a kind.</summary>
    public void KeepNumber(Func<string, long?> highest)
    {
        if (Metadata is not null && highest(numberKind) is { } number)
            Compare(number);
    }

    private void Compare(long highest)
    {
        if (Metadata is not { } blob || blob.Number >= highest)
            return;
        Metadata = null;
        problems.Add(SourceProblem.Unusable(
            nameof(OpenPassageOptions.FidoMetadata),
            File,
            $"it is number {blob.Number}, and number {highest} has been in use here before"));
    }

    private T? Read<T>(string setting, string? file, Func<byte[], T> read)
        where T : class
    {
        if (file is not { Length: > 0 })
            return null;
        try
        {
            return read(SideFile.Read(file));
        }
        catch (InvalidDataException unusable)
        {
            problems.Add(SourceProblem.Unusable(setting, file, unusable.Message));
            return null;
        }
    }

    private sealed record NamedRoots(TrustAnchors Anchors, byte[] Hash);
}
