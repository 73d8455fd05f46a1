using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Rooms;

namespace OpenPassage.Server.Advice;

/// <summary>What to show before anybody is asked for a passkey: of every product.</summary>
internal static class AdviceRoom
{
    public static Room Room { get; } = new("advice")
    {
        Services = static services => services.AddSingleton<Advising>().AddSingleton<Enrolling>(),
        Routes = static routes =>
        {
            var browsers = routes.MapGroup("v1").For(Audience.Browser).WithTags("Browser");
            AdviseAuthentication.Map(browsers);
            var flex = routes.MapGroup("v1").For(Audience.Browser).OfApps(AppType.Flex).WithTags("Browser");
            AdviseRegistration.Map(flex);
        },
        Json = AdviceWire.Default,
    };
}
