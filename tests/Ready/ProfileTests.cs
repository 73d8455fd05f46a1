using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Ready.Tests;

public sealed class ProfileTests
{
    private static readonly Profile Phone = new(Platforms.Web, "Android", 14, "Chrome", 141, Capabilities.Platform);

    [Fact]
    public void The_same_kind_of_device_has_the_same_id_for_good()
        // Databases hold it.
        => Assert.Equal(new Profile(Platforms.Web, "Android", 14, "Chrome", 141, Capabilities.Platform).Id, Phone.Id);

    [Fact]
    public void Another_kind_of_device_has_another_id()
    {
        Profile[] all =
        [
            Phone,
            Phone with { Platform = Platforms.Other },
            Phone with { System = "" },
            Phone with { SystemMajor = 15 },
            Phone with { Browser = "Edge" },
            Phone with { BrowserMajor = 1 },
            Phone with { Reported = Capabilities.None },
        ];

        Assert.Equal(all.Length, all.DistinctBy(one => one.Id).Count());
        Assert.All(all, one => Assert.True(one.Id >= 0));
    }
}
