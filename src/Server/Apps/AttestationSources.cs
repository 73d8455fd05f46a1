using Microsoft.Extensions.Options;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Metadata;

namespace OpenPassage.Server.Apps;

#pragma warning disable RS0030 // Files are read at start, before anything listens.

/// <summary>Who may vouch for authenticators: the files that the settings name, read once.</summary>
internal sealed class AttestationSources
{
    /// <exception cref="OptionsValidationException">A file cannot be read, or is not what it should be.</exception>
    public AttestationSources(IOptions<OpenPassageOptions> options, TimeProvider time)
    {
        if (options.Value.AttestationAnchors is { } anchors)
            Anchors = Read(nameof(options.Value.AttestationAnchors), anchors, file => TrustAnchors.FromPem(File.ReadAllText(file)));
        if (options.Value.FidoMetadata is { } metadata)
            Metadata = Read(nameof(options.Value.FidoMetadata), metadata, file => ReadMetadata(file, time.GetUtcNow()));
    }

    public TrustAnchors Anchors { get; } = TrustAnchors.None;

    public MetadataBlob? Metadata { get; init; }

    /// <summary>An app's policy with them.</summary>
    public AttestationPolicy PolicyOf(AppOptions app) => new()
    {
        Anchors = Anchors,
        Metadata = Metadata,
        RequireAttestation = app.RequireAttestation,
        AllowedAaguids = app.AllowedAaguids is [] ? null : app.AllowedAaguids.Select(Guid.Parse).ToHashSet(),
        DeniedAaguids = app.DeniedAaguids.Select(Guid.Parse).ToHashSet(),
    };

    private static MetadataBlob ReadMetadata(string file, DateTimeOffset now)
    {
        var blob = MetadataBlob.Verify(File.ReadAllBytes(file), MetadataBlob.PublisherRoot, now);
        return blob.Ok ? blob.Value : throw new InvalidDataException(blob.Rejection.Sentence);
    }

    private static T Read<T>(string setting, string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw WrongSetting.Make(setting, $"names {file}, which cannot be used: {e.Message}");
        }
    }
}
