namespace OpenPassage.Server.Devices;

/// <summary>
/// The names of authenticator models and passkey providers (309 of them), from <c>Aaguids.txt</c>. A hint: without
/// attestation anyone can claim any.
/// </summary>
internal static class Aaguids
{
    private static readonly Lazy<Dictionary<Guid, string>> Names = new(Load);

    /// <summary>Such as <c>iCloud Keychain</c>; null when unknown, as for all zero.</summary>
    public static string? NameOf(Guid aaguid) => Names.Value.GetValueOrDefault(aaguid);

    private static Dictionary<Guid, string> Load()
    {
        using var reader = new StreamReader(typeof(Aaguids).Assembly.GetManifestResourceStream("lists/Aaguids")!);
        var names = new Dictionary<Guid, string>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                names.Add(Guid.ParseExact(line.AsSpan(0, 36), "D"), line[37..]);
        }

        names.Remove(Guid.Empty);
        return names;
    }
}
