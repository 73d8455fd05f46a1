using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Rooms;

namespace OpenPassage.Server.Statistics;

/// <summary>What is counted as it happens, and the figures made of it.</summary>
internal static class StatisticsRoom
{
    public static Room Room { get; } = new("statistics")
    {
        Services = static services => services
            .AddSingleton<Counting>()
            .AddSingleton<CounterStore>()
            .AddSingleton<StatisticsWriting>()
            .AddSingleton<UserCounts>()
            .AddSingleton<FigureReader>()
            .AddHostedService(provider => provider.GetRequiredService<StatisticsWriting>()),
        Tabs = [new("", "Overview", 0)],
    };
}
