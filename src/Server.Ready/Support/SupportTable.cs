using System.Globalization;

namespace OpenPassage.Server.Ready.Support;

/// <summary>The list <c>BrowserSupport.txt</c>, which <c>tools/lists</c> makes.</summary>
internal sealed class SupportTable
{
    private static readonly Lazy<SupportTable> Loaded = new(() => new());

    private readonly Dictionary<string, SupportRow> _rows = new(StringComparer.Ordinal);

    private SupportTable()
    {
        using var reader = new StreamReader(typeof(SupportTable).Assembly.GetManifestResourceStream("lists/BrowserSupport")!);
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (words[0] == "date")
            {
                Date = DateOnly.ParseExact(words[1], "yyyy-MM-dd", CultureInfo.InvariantCulture);
            }
            else if (words[0] != "#")
            {
                if (!_rows.TryGetValue(words[0], out var row))
                    _rows.Add(words[0], row = new());
                row.Read(words[1..]);
            }
        }

        Chrome = _rows["chrome"];
        ChromeOnAndroid = _rows["chrome_android"];
        Edge = _rows["edge"];
        Firefox = _rows["firefox"];
        FirefoxOnAndroid = _rows["firefox_android"];
        Opera = _rows["opera"];
        OperaOnAndroid = _rows["opera_android"];
        Safari = _rows["safari"];
        SafariOnIos = _rows["safari_ios"];
        SamsungInternet = _rows["samsunginternet_android"];
    }

    public static SupportTable Shared => Loaded.Value;

    public DateOnly Date { get; }

    public SupportRow Chrome { get; }

    public SupportRow ChromeOnAndroid { get; }

    public SupportRow Edge { get; }

    public SupportRow Firefox { get; }

    public SupportRow FirefoxOnAndroid { get; }

    public SupportRow Opera { get; }

    public SupportRow OperaOnAndroid { get; }

    public SupportRow Safari { get; }

    public SupportRow SafariOnIos { get; }

    public SupportRow SamsungInternet { get; }
}
