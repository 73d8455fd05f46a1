using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server;

/// <summary>Reads the section it is given, by hand: a value that is no number or no time span gets a sentence too.</summary>
/// <param name="section">The section.</param>
/// <param name="settings">What an app can be set to.</param>
/// <param name="wrong">Gets each sentence, and what is wrong counts as absent; null: the first is thrown.</param>
internal sealed class OptionsFromConfiguration(IConfiguration section, AppSettings settings, ICollection<string>? wrong = null)
    : IConfigureOptions<OpenPassageOptions>
{
    public void Configure(OpenPassageOptions options)
    {
        options.DataDirectory = section[nameof(options.DataDirectory)] ?? options.DataDirectory;
        options.Database = section[nameof(options.Database)] ?? options.Database;
        options.TransactionLifetime = Lifetime(section, nameof(options.TransactionLifetime), options.TransactionLifetime);
        options.HandshakeLifetime = Lifetime(section, nameof(options.HandshakeLifetime), options.HandshakeLifetime);
        options.ConditionalHandshakeLifetime = Lifetime(section, nameof(options.ConditionalHandshakeLifetime), options.ConditionalHandshakeLifetime);
        options.NonceLifetime = Lifetime(section, nameof(options.NonceLifetime), options.NonceLifetime);
        options.EventLifetime = Lifetime(section, nameof(options.EventLifetime), options.EventLifetime);
        var certificate = section.GetSection(nameof(options.KeyCertificate));
        options.KeyCertificate.Path = certificate[nameof(CertificateOptions.Path)] ?? options.KeyCertificate.Path;
        options.KeyCertificate.Password = certificate[nameof(CertificateOptions.Password)] ?? options.KeyCertificate.Password;
        Add(section.GetSection(nameof(options.AdminKeys)), options.AdminKeys);
        options.FidoMetadata = File(nameof(options.FidoMetadata)) ?? options.FidoMetadata;
        options.FidoMetadataRoot = File(nameof(options.FidoMetadataRoot)) ?? options.FidoMetadataRoot;
        options.FidoNames = File(nameof(options.FidoNames)) ?? options.FidoNames;
        options.AttestationAnchors = File(nameof(options.AttestationAnchors)) ?? options.AttestationAnchors;
        options.MetricsKey = section[nameof(options.MetricsKey)] ?? options.MetricsKey;

        var limits = section.GetSection(nameof(options.Limits));
        options.Limits.BrowserCallsPerMinute = Limit(limits, nameof(LimitOptions.BrowserCallsPerMinute), options.Limits.BrowserCallsPerMinute);
        options.Limits.FailedKeysPerMinute = Limit(limits, nameof(LimitOptions.FailedKeysPerMinute), options.Limits.FailedKeysPerMinute);
        var console = section.GetSection(nameof(options.Console));
        options.Console.Enabled = Flag(console, nameof(options.Console), nameof(ConsoleOptions.Enabled), options.Console.Enabled);
        options.Console.Origin = console[nameof(ConsoleOptions.Origin)] ?? options.Console.Origin;
        options.Limits.RefusedCeremoniesPerMinute = Limit(limits, nameof(LimitOptions.RefusedCeremoniesPerMinute), options.Limits.RefusedCeremoniesPerMinute);
        options.Limits.ConcurrentRequests = Limit(limits, nameof(LimitOptions.ConcurrentRequests), options.Limits.ConcurrentRequests);
        options.Limits.Connections = Limit(limits, nameof(LimitOptions.Connections), options.Limits.Connections);
        options.PathBase = section[nameof(options.PathBase)] ?? options.PathBase;
        Add(section.GetSection(nameof(options.TrustedProxies)), options.TrustedProxies);
        foreach (var app in section.GetSection(nameof(options.Apps)).GetChildren())
            options.Apps.Add(ReadApp(app, $"{nameof(options.Apps)}:{app.Key}"));
    }

    private AppOptions ReadApp(IConfiguration section, string place)
    {
        var app = new AppOptions { Id = section[nameof(AppOptions.Id)] ?? "" };
        Add(section.GetSection(nameof(AppOptions.ApiKeys)), app.ApiKeys);
        foreach (var setting in settings.All)
            setting.Configure(section, app, complaint => Wrong($"{place}:{complaint.Path.Text}", complaint.Predicate, complaint));
        return app;
    }

    private static void Add(IConfiguration section, IList<string> list)
    {
        foreach (var item in section.GetChildren())
            list.Add(item.Value ?? "");
    }

    // An empty one is none, as an environment variable without a value means it.
    private string? File(string setting) => section[setting] is { Length: > 0 } path ? path : null;

    private TimeSpan Lifetime(IConfiguration section, string setting, TimeSpan unset)
    {
        if (section[setting] is not { } text)
            return unset;
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var lifetime)
            ? lifetime
            : Wrong(setting, $"is '{text}' and should be hours:minutes:seconds, such as 00:05:00.", unset);
    }

    private bool Flag(IConfiguration section, string room, string setting, bool unset)
    {
        if (section[setting] is not { } text)
            return unset;
        return bool.TryParse(text, out var flag) ? flag : Wrong($"{room}:{setting}", $"is '{text}' and should be true or false.", unset);
    }

    private int Limit(IConfiguration section, string setting, int unset)
    {
        if (section[setting] is not { } text)
            return unset;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : Wrong($"{nameof(OpenPassageOptions.Limits)}:{setting}", $"is '{text}' and should be a number, or 0 for no limit.", unset);
    }

    private T Wrong<T>(string setting, string predicate, T unset)
    {
        if (wrong is null)
            throw WrongSetting.Make(setting, predicate);
        wrong.Add(WrongSetting.Sentence(setting, predicate));
        return unset;
    }
}
