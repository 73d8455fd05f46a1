using System.Security;
using System.Text;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Metadata;

namespace OpenPassage.Server.Apps;

#pragma warning disable RS0030 // Files are read at start, before anything listens.

/// <summary>
/// A file beside the server that somebody else writes. Whatever is wrong with it is an <see cref="InvalidDataException"/> that says
/// so without the path, since <c>/health/ready</c> tells it to strangers.
/// </summary>
internal static class SideFile
{
    /// <summary>FIDO's largest list has about 10 MiB.</summary>
    private const int MaxLength = 64 * 1024 * 1024;

    public static byte[] Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
                file = target;
            if (Directory.Exists(file.FullName))
                throw new InvalidDataException("it is a directory");
            if (!file.Exists)
                throw new InvalidDataException("it is not there");
            // A pipe or a device has no length either, and reading one might never end.
            if (file.Length == 0)
                throw new InvalidDataException("it is empty, or no file");
            if (file.Length > MaxLength)
                throw new InvalidDataException($"it has {file.Length} bytes, and {MaxLength} are read at most");
            return File.ReadAllBytes(file.FullName);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or SecurityException)
        {
            throw new InvalidDataException("the server's user may not read it", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException("it cannot be read", e);
        }
    }

    public static TrustAnchors ToAnchors(byte[] pem)
    {
        try
        {
            return TrustAnchors.FromPem(Encoding.UTF8.GetString(pem));
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException("it should hold certificates in PEM, and has none, or one that cannot be read", e);
        }
    }

    public static MetadataBlob ToMetadata(byte[] jws, TrustAnchors roots, DateTimeOffset now)
    {
        var blob = MetadataBlob.Verify(jws, roots, now);
        return blob.Ok ? blob.Value : throw new InvalidDataException(ToClause(blob.Rejection.Sentence));
    }

    public static ConvenienceMetadata ToNames(byte[] json)
    {
        var names = ConvenienceMetadata.Read(json);
        return names.Ok ? names.Value : throw new InvalidDataException(ToClause(names.Rejection.Sentence));
    }

    private static string ToClause(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..].TrimEnd('.');
}
