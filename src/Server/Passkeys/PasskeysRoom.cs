using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Rooms;

namespace OpenPassage.Server.Passkeys;

/// <summary>The ceremonies and the passkeys of every product, and of the console's operators.</summary>
internal static class PasskeysRoom
{
    public static Room Room { get; } = new("passkeys")
    {
        Services = static services => services
            .AddSingleton<Lifetimes>()
            .AddSingleton<PasskeyStore>()
            .AddSingleton<PasskeyRemovals>()
            .AddSingleton<SpentTickets>()
            .AddSingleton<SignIns>()
            .AddSingleton<ForgottenPasskeys>()
            .AddSingleton<RefusedCeremonies>()
            .AddSingleton<RegistrationCeremony>()
            .AddSingleton<SignInCeremony>(),
        Settings = [.. CeremonySettings.All, .. AttestationSettings.All],
        Events = PasskeyEvents.All,
    };
}
