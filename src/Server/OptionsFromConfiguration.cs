using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server;

/// <summary>Reads the section it is given.</summary>
/// <param name="section">The section.</param>
/// <param name="appSettings">What an app can be set to.</param>
/// <param name="wrong">Gets each sentence, and what is wrong counts as absent; null: the first is thrown.</param>
internal sealed class OptionsFromConfiguration(IConfiguration section, AppSettings appSettings, ICollection<string>? wrong = null)
    : IConfigureOptions<OpenPassageOptions>
{
    private readonly SettingsReader settings = new(section, wrong);

    public void Configure(OpenPassageOptions options)
    {
        options.DataDirectory = settings.Text(nameof(options.DataDirectory), options.DataDirectory);
        options.Database = settings.Text(nameof(options.Database), options.Database);
        options.TransactionLifetime = settings.Lifetime(nameof(options.TransactionLifetime), options.TransactionLifetime);
        options.HandshakeLifetime = settings.Lifetime(nameof(options.HandshakeLifetime), options.HandshakeLifetime);
        options.ConditionalHandshakeLifetime
            = settings.Lifetime(nameof(options.ConditionalHandshakeLifetime), options.ConditionalHandshakeLifetime);
        options.NonceLifetime = settings.Lifetime(nameof(options.NonceLifetime), options.NonceLifetime);
        options.EventLifetime = settings.Lifetime(nameof(options.EventLifetime), options.EventLifetime);
        var certificate = options.KeyCertificate;
        certificate.Path = settings.Text($"{nameof(options.KeyCertificate)}:{nameof(certificate.Path)}", certificate.Path);
        certificate.Password
            = settings.Text($"{nameof(options.KeyCertificate)}:{nameof(certificate.Password)}", certificate.Password);
        settings.Add(nameof(options.AdminKeys), options.AdminKeys);
        options.FidoMetadata = settings.File(nameof(options.FidoMetadata), options.FidoMetadata);
        options.FidoMetadataRoot = settings.File(nameof(options.FidoMetadataRoot), options.FidoMetadataRoot);
        options.FidoNames = settings.File(nameof(options.FidoNames), options.FidoNames);
        options.AttestationAnchors = settings.File(nameof(options.AttestationAnchors), options.AttestationAnchors);
        options.MetricsKey = settings.Text(nameof(options.MetricsKey), options.MetricsKey);

        var limits = options.Limits;
        limits.BrowserCallsPerMinute = Limit(nameof(limits.BrowserCallsPerMinute), limits.BrowserCallsPerMinute);
        limits.LookupsPerMinute = Limit(nameof(limits.LookupsPerMinute), limits.LookupsPerMinute);
        limits.LookupsPerIdentifierPerMinute = Limit(nameof(limits.LookupsPerIdentifierPerMinute), limits.LookupsPerIdentifierPerMinute);
        limits.FailedKeysPerMinute = Limit(nameof(limits.FailedKeysPerMinute), limits.FailedKeysPerMinute);
        limits.RefusedCeremoniesPerMinute = Limit(nameof(limits.RefusedCeremoniesPerMinute), limits.RefusedCeremoniesPerMinute);
        foreach (var app in section.GetSection(nameof(options.Apps)).GetChildren())
            options.Apps.Add(ReadApp(app, $"{nameof(options.Apps)}:{app.Key}"));
    }

    private int Limit(string setting, int unset) => settings.Limit($"{nameof(OpenPassageOptions.Limits)}:{setting}", unset);

    private AppOptions ReadApp(IConfiguration app, string place)
    {
        var options = new AppOptions { Id = app[nameof(AppOptions.Id)] ?? "" };
        settings.Add($"{place}:{nameof(AppOptions.ApiKeys)}", options.ApiKeys);
        foreach (var setting in appSettings.All)
            setting.Configure(app, options, complaint => settings.Wrong($"{place}:{complaint.Path.Text}", complaint.Predicate));
        return options;
    }
}
