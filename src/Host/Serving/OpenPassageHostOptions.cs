using System.Net;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Settings;

namespace OpenPassage.Host.Serving;

/// <summary>
/// What can be configured of the executable alone, in the same section: an application that hosts the server has its own ways.
/// </summary>
internal sealed class OpenPassageHostOptions
{
    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) of proxies whose <c>X-Forwarded-*</c> headers are believed.</summary>
    public IList<string> TrustedProxies { get; } = [];

    public HostLimitOptions Limits { get; } = new();
}

/// <summary>How much one node takes on at once; 0 switches a limit off.</summary>
internal sealed class HostLimitOptions
{
    /// <summary>
    /// Requests that are worked on at once; more are answered with 503 at once, but for questions of health and for files. Default 1000.
    /// </summary>
    public int ConcurrentRequests { get; set; } = 1000;

    /// <summary>
    /// Connections that are held open; for a new one, the one that has been quiet for longest is closed. At least as many as
    /// <see cref="ConcurrentRequests"/>. Default 5000.
    /// </summary>
    public int Connections { get; set; } = 5000;
}

/// <summary>Reads the executable's settings.</summary>
/// <param name="section">The section <c>OpenPassage</c>.</param>
/// <param name="wrong">Gets each sentence, and what is wrong counts as absent; null: the first is thrown.</param>
internal sealed class HostSettings(IConfiguration section, ICollection<string>? wrong = null) : IConfigureOptions<OpenPassageHostOptions>
{
    private const string ConcurrentRequests = nameof(HostLimitOptions.ConcurrentRequests);
    private const string Connections = nameof(HostLimitOptions.Connections);

    public static void Add(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions();
        services.AddSingleton<IConfigureOptions<OpenPassageHostOptions>>(new HostSettings(section));
        services.AddSingleton<IValidateOptions<OpenPassageHostOptions>>(new SettingsRules<OpenPassageHostOptions>(Broken));
    }

    public void Configure(OpenPassageHostOptions options)
    {
        var settings = new SettingsReader(section, wrong);
        var limits = options.Limits;
        limits.ConcurrentRequests = settings.Limit($"{nameof(options.Limits)}:{ConcurrentRequests}", limits.ConcurrentRequests);
        limits.Connections = settings.Limit($"{nameof(options.Limits)}:{Connections}", limits.Connections);
        settings.Add(nameof(options.TrustedProxies), options.TrustedProxies);
    }

    /// <summary>A sentence for every rule that is broken.</summary>
    public static IEnumerable<string> Broken(OpenPassageHostOptions options)
    {
        string?[] all = [BrokenConnections(options.Limits), .. options.TrustedProxies.Select(BrokenProxy)];
        return all.OfType<string>();
    }

    // A connection whose request is worked on is never closed for another: there must be room for all of them.
    private static string? BrokenConnections(HostLimitOptions limits)
        => limits.Connections > 0 && limits.Connections < limits.ConcurrentRequests
            ? WrongSetting.Sentence(
                $"{nameof(OpenPassageHostOptions.Limits)}:{Connections}",
                $"is {limits.Connections} and should be {limits.ConcurrentRequests} or more, as many as {ConcurrentRequests}; or 0 for no "
                + "limit.")
            : null;

    private static string? BrokenProxy(string proxy, int i)
        => IPAddress.TryParse(proxy, out _) || System.Net.IPNetwork.TryParse(proxy, out _)
            ? null
            : WrongSetting.Sentence(
                $"{nameof(OpenPassageHostOptions.TrustedProxies)}:{i}",
                $"is '{proxy}' and should be an address such as 10.0.0.1 or a network such as 10.0.0.0/8.");
}
