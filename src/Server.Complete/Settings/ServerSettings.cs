using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Complete.Settings;

/// <summary>Where a server is reached that nobody has told so: the console says it in the services.</summary>
/// <param name="Url">Without a slash at the end.</param>
internal sealed record DefaultUrl(string Url);

/// <summary>Reads what is configured for all apps of Complete.</summary>
/// <param name="section">The section <c>OpenPassage</c>.</param>
/// <param name="wrong">Gets each sentence, and what is wrong counts as absent; null: the first is thrown.</param>
internal sealed class ServerSettings(IConfiguration section, ICollection<string>? wrong = null)
    : IConfigureOptions<OpenPassageCompleteOptions>
{
    public const string PublicUrl = nameof(OpenPassageCompleteOptions.PublicUrl);
    public const string PublishedFor = $"{nameof(OpenPassageCompleteOptions.SigningKeys)}:{nameof(SigningKeyOptions.PublishedFor)}";

    public const string WrongPerHour = $"{nameof(OpenPassageCompleteOptions.Codes)}:{nameof(CodeOptions.WrongPerHour)}";
    public const string WrongPerNetworkAndHour =
        $"{nameof(OpenPassageCompleteOptions.Codes)}:{nameof(CodeOptions.WrongPerNetworkAndHour)}";

    // Longer ones are a mistake, and so is a rotation that backends cannot follow.
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    public void Configure(OpenPassageCompleteOptions options)
    {
        var settings = new SettingsReader(section, wrong);
        options.PublicUrl = settings.Text(PublicUrl, options.PublicUrl);
        options.SigningKeys.PublishedFor = settings.Lifetime(PublishedFor, options.SigningKeys.PublishedFor);
        options.Codes.WrongPerHour = settings.Limit(WrongPerHour, options.Codes.WrongPerHour);
        options.Codes.WrongPerNetworkAndHour = settings.Limit(WrongPerNetworkAndHour, options.Codes.WrongPerNetworkAndHour);
        MessageSettings.Configure(section, settings, options);
    }

    /// <summary>A sentence for every rule that is broken.</summary>
    public static IEnumerable<string> Broken(OpenPassageCompleteOptions options)
        => ((string?[])[BrokenUrl(options.PublicUrl), BrokenTurn(options.SigningKeys.PublishedFor)])
            .Concat(MessageSettings.Broken(options))
            .OfType<string>();

    private static string? BrokenUrl(string url)
        => url.Length == 0
            || (Uri.TryCreate(url, UriKind.Absolute, out var parsed)
                && (parsed.Scheme == Uri.UriSchemeHttps || (parsed.Scheme == Uri.UriSchemeHttp && Domain.IsLocalhost(parsed.Host)))
                && parsed is { Query: "", Fragment: "", UserInfo: "" }
                && url[^1] != '/')
            ? null
            : WrongSetting.Sentence(
                PublicUrl,
                $"is '{url}' and should be the address at which clients reach the server, such as https://passkeys.example.com, without a "
                + "slash at the end; http for localhost only.");

    private static string? BrokenTurn(TimeSpan span)
        => span >= Shortest && span <= Longest
            ? null
            : WrongSetting.Sentence(PublishedFor, $"is {span:c} and should be from {Shortest:c} to {Longest:c}.");
}
