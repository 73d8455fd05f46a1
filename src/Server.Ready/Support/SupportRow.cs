using System.Globalization;

namespace OpenPassage.Server.Ready.Support;

/// <summary>What <c>BrowserSupport.txt</c> says of a browser that matters here.</summary>
internal enum Feature
{
    WebAuthn,
    Platform,
    Discoverable,
    ConditionalGet,
    ConditionalCreate,
}

/// <summary>A browser, and in which of its versions it has what.</summary>
internal sealed class SupportRow
{
    private static readonly int Features = Enum.GetValues<Feature>().Length;

    private readonly List<(int First, int Last)>[] _versions = [.. Enumerable.Range(0, Features).Select(_ => new List<(int, int)>())];

    /// <summary>The newest when the table was made.</summary>
    public int Current { get; private set; }

    public bool Has(Feature feature, int version)
    {
        foreach (var (first, last) in _versions[(int)feature])
        {
            if (version >= first && version <= last)
                return true;
        }

        return false;
    }

    /// <summary>Reads what follows the browser's name.</summary>
    public void Read(string[] words)
    {
        var first = decimal.Parse(words[1], CultureInfo.InvariantCulture);
        if (words[0] == "current")
            Current = (int)first;
        else if (FeatureOf(words[0]) is { } feature)
            // Of a device only the major version is known: 17.4 is in all of 18, and up to 17.4 in all of 16.
            _versions[(int)feature].Add(((int)decimal.Ceiling(first), words.Length > 2 ? LastWhole(words[2]) : int.MaxValue));
    }

    private static int LastWhole(string version)
        => version.Contains('.', StringComparison.Ordinal)
            ? (int)decimal.Parse(version, CultureInfo.InvariantCulture) - 1
            : int.Parse(version, CultureInfo.InvariantCulture);

    private static Feature? FeatureOf(string word) => word switch
    {
        "webauthn" => Feature.WebAuthn,
        "platform" => Feature.Platform,
        "discoverable" => Feature.Discoverable,
        "conditional-get" => Feature.ConditionalGet,
        "conditional-create" => Feature.ConditionalCreate,
        _ => null,
    };
}
