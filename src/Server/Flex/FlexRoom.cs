using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Rooms;

namespace OpenPassage.Server.Flex;

/// <summary>Passkey Flex: passkeys beside an existing login.</summary>
internal static class FlexRoom
{
    public static Room Room { get; } = new("flex")
    {
        Services = static services => services.AddSingleton<UserInfos>(),
        Routes = static routes =>
        {
            var transactions = routes.MapGroup("v1").For(Audience.Backend).OfApps(AppType.Flex).WithTags("Management");
            CreateRegisterTransaction.Map(transactions);
            CreateAuthenticateTransaction.Map(transactions);
            VerifyNonce.Map(transactions);

            // Complete's backends know users by the same operations.
            var backends = routes.MapGroup("v1").For(Audience.Backend).WithTags("Management");
            ListUsers.Map(backends);
            GetUser.Map(backends);
            ListDevices.Map(backends);
            RenameDevice.Map(backends);
            RevokeDevice.Map(backends);

            var browsers = routes.MapGroup("v1").For(Audience.Browser).OfApps(AppType.Flex).WithTags("Browser");
            StartRegistration.Map(browsers);
            FinishRegistration.Map(browsers);
            StartAuthentication.Map(browsers);
            FinishAuthentication.Map(browsers);
        },
        Json = FlexWire.Default,
        Tabs = [new("start", "Quick start", 80) { Of = AppType.Flex }],
    };
}
