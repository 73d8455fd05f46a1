using Microsoft.Extensions.DependencyInjection;

namespace OpenPassage.Server.Store;

/// <summary>
/// Registers options, apps, tickets and stores, and opens them before the first request is taken. A wrong setting and a
/// database that is newer than the program stop the start with an OptionsValidationException whose message is one sentence.
/// </summary>
internal static class StoreServices
{
    public static IServiceCollection AddOpenPassageStore(this IServiceCollection services) => throw new NotImplementedException(services.ToString());
}
