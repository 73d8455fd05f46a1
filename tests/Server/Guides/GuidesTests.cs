using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Ready.Reports;
using OpenPassage.Server.Tests.Apps;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Tests.Guides;

/// <summary>What the guides say of the server is what it does.</summary>
public sealed partial class GuidesTests
{
    private static readonly string Root = RepositoryRoot.Find();

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Root, "*.md")
            .Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file))
            .Append("samples/Node/README.md")];

    [Fact]
    public void Every_refusal_of_the_server_stands_among_the_error_codes_with_what_to_do()
    {
        var expected = StaticsOf<Refusal>().Select(refusal => $"{refusal.Status} | `{refusal.Code}` | {Escaped(refusal.Sentence)}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), Rows("The server's codes").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_refusal_of_Complete_stands_among_them_too()
    {
        var expected = StaticsOf<Refusal>(typeof(CompleteRefusals))
            .Select(refusal => $"{refusal.Status} | `{refusal.Code}` | {Escaped(refusal.Sentence)}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), Rows("Codes of Complete").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_refusal_of_Ready_stands_among_them_too()
    {
        var expected = StaticsOf<Refusal>(typeof(ReadyRefusals))
            .Select(refusal => $"{refusal.Status} | `{refusal.Code}` | {Escaped(refusal.Sentence)}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), Rows("Codes of Ready").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_rejection_of_the_core_stands_among_the_error_codes_with_its_steps_and_what_to_do()
    {
        var expected = StaticsOf<Rejection>()
            .Select(rejection => $"`{rejection.Code}` | {Steps(rejection)} | {Escaped(rejection.Sentence)}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), Rows("Why a ceremony is refused").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_stands_among_the_settings()
    {
        var guide = Read("docs/guides/configuration.md");
        Type[] types =
        [
            typeof(OpenPassageOptions), typeof(AppOptions), typeof(AndroidAppOptions), typeof(PasskeyEndpointsOptions),
            typeof(CertificateOptions), typeof(LimitOptions),
            typeof(OpenPassageConsoleOptions), typeof(OpenPassageHostOptions), typeof(HostLimitOptions), typeof(OpenPassageReadyOptions),
        ];

        Assert.Equal([], types.SelectMany(type => type.GetProperties())
            .Select(property => property.Name)
            .Where(name => !Regex.IsMatch(guide, $@"[`:]{name}[`:]", RegexOptions.None, TimeSpan.FromSeconds(1))));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_configuration_that_is_shown_starts_a_server(string file)
    {
        foreach (var block in Blocks(file, "json").Where(block => block.Contains("\"OpenPassage\"", StringComparison.Ordinal)))
        {
            using var json = new MemoryStream(Encoding.UTF8.GetBytes(block));
            using var services = AllSettings.Of(new ConfigurationBuilder().AddJsonStream(json).Build());

            Assert.NotEmpty(services.GetRequiredService<IOptions<OpenPassageOptions>>().Value.Apps);
            Assert.NotEmpty(services.GetRequiredService<IOptions<OpenPassageConsoleOptions>>().Value.Origin);
            Assert.NotEqual(0, services.GetRequiredService<IOptions<OpenPassageHostOptions>>().Value.Limits.Connections);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_link_leads_somewhere(string file)
    {
        foreach (Match link in Links().Matches(Read(file)))
        {
            var (path, anchor) = link.Groups["target"].Value.Split('#') is [var before, var after]
                ? (before, after)
                : (link.Groups["target"].Value, null);
            var target = path.Length == 0
                ? Path.Combine(Root, file)
                : Path.GetFullPath(Path.Combine(Root, Path.GetDirectoryName(file)!, path));

            Assert.True(Path.Exists(target), $"{file} links to {path}.");
            if (anchor is not null)
                Assert.Contains(
                    anchor, Headings().Matches(File.ReadAllText(target)).Select(heading => Anchor(heading.Groups["text"].Value)));
        }
    }

    private static List<T> StaticsOf<T>(Type? listedIn = null)
    {
        var all = (listedIn ?? typeof(T)).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(T))
            .Select(field => (T)field.GetValue(null)!)
            .ToList();
        Assert.NotEmpty(all);
        return all;
    }

    /// <summary>A section's table without its last column, which must say something.</summary>
    private static List<string> Rows(string heading)
    {
        var section = Read("docs/guides/error-codes.md").Split($"## {heading}\n")[1].Split("\n## ")[0];
        var rows = section.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();
        Assert.All(rows, row => Assert.Matches(@"\| \S[^|]+[.)] \|$", row));
        return [.. rows.Select(row => row[2..row[..^2].LastIndexOf(" | ", StringComparison.Ordinal)])];
    }

    private static string Steps(Rejection rejection) =>
        string.Join(", ", ((string?[])[rejection.RegistrationStep, rejection.AuthenticationStep])
            .OfType<string>()
            .Select(step => char.IsAsciiDigit(step[0]) ? $"§{step}" : step));

    private static string Escaped(string sentence) => sentence.Replace("|", @"\|", StringComparison.Ordinal);

    private static IEnumerable<string> Blocks(string file, string language) =>
        Read(file).Split($"```{language}\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]);

    // As GitHub makes them.
    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-' or '_'))
            .Replace(' ', '-');

    internal static string Read(string file) => File.ReadAllText(Path.Combine(Root, file)).ReplaceLineEndings("\n");

    [GeneratedRegex(@"\]\((?!https?://)(?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Links();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Headings();
}
