using System.Text;

namespace OpenPassage.WebAuthn.Tests;

public class SpeedTests
{
    [Fact]
    public void An_ES256_authentication_allocates_2_KiB_at_most()
    {
        var site = new Site();
        var record = site.Registered();
        var options = site.RelyingParty.StartAuthentication(new());
        var json = Encoding.UTF8.GetBytes(site.Authenticator.Get(Encoding.UTF8.GetString(options.ToJson()), Site.Origin).ToJson());
        var expected = options.ToExpectation();

        const int rounds = 200;
        Judge(rounds);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Judge(rounds);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / rounds;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes");
        Assert.InRange(each, 1, 2048);

        void Judge(int times)
        {
            for (var i = 0; i < times; i++)
                site.RelyingParty.FinishAuthentication(AuthenticationResponse.Read(json).GetOrThrow(), expected, record).IsAccepted();
        }
    }
}
