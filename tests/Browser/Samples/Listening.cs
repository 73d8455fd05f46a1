using System.Diagnostics;

namespace OpenPassage.Browser.Tests.Samples;

internal static class Listening
{
    /// <summary>Waits until the site answers, as long as its process lives, for at most two minutes.</summary>
    public static async Task AtAsync(string origin, Process process)
    {
        using var http = new HttpClient();
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < TimeSpan.FromMinutes(2) && !process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(origin));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
        }
        Assert.Fail($"{origin} does not answer.");
    }
}
