using OpenPassage.WebAuthn.Metadata;

namespace OpenPassage.Fuzz.Tests.Targets;

/// <summary>What goes through <see cref="MetadataBlob.Verify"/>.</summary>
internal abstract class MetadataTarget(string name, int codes) : Target(name, codes)
{
    protected override int MaxLength => 32 * 1024;

    public override IEnumerable<Case> Good() => [Judged(Seeds.Metadata, signedAgain: false)];

    protected static Case Judged(byte[] blob, bool signedAgain) => new(blob, () =>
    {
        var verdict = MetadataBlob.Verify(blob, Seeds.Root, Setting.Now, previousNumber: 2);
        if (!verdict.Ok)
            return verdict.Rejection.Code;
        Assert.True(signedAgain || blob.AsSpan().TrimEnd("\r\n"u8).SequenceEqual(Seeds.Metadata), "another blob than was signed");
        // What a server shows of it, and what it asks of it.
        foreach (var entry in verdict.Value.Entries)
        {
            _ = (entry.Anchors.Count, entry.Description.Length, entry.Icon?.Length, entry.KeyIdentifiers.Count);
            foreach (var report in entry.StatusReports)
                _ = (report.Status.Length, report.Certificate.Length);
        }
        _ = (verdict.Value.Find(Setting.Model), verdict.Value.IsOverdue(Setting.Now));
        return Accepted;
    });
}

internal sealed class MetadataBlobs() : MetadataTarget("metadata blob", 3)
{
    public override Case Make(Random random) => Judged(Bend(random, Seeds.Metadata, Seeds.Metadata), signedAgain: false);
}

/// <summary>What the publisher signs after it was bent.</summary>
internal sealed class SignedMetadata() : MetadataTarget("metadata, signed again", 3)
{
    public override Case Make(Random random) => Judged(Jws.BendSigned(random, Seeds.Metadata, Bend), signedAgain: true);
}
