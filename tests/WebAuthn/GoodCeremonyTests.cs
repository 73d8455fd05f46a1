using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests;

public class GoodCeremonyTests
{
    [Theory]
    [InlineData(Alg.ES256)]
    [InlineData(Alg.RS256)]
    public void A_passkey_is_made_and_signs_in(int algorithm)
    {
        var site = new Site { Authenticator = new() { Algorithm = algorithm } };
        var registration = site.Register().IsAccepted();
        Assert.Equal((CoseAlgorithm)algorithm, registration.Algorithm);
        Assert.Equal(Site.Origin, registration.Origin);
        Assert.Equal(AuthenticatorAttachment.Platform, registration.Attachment);
        Assert.True(registration.UserVerified);
        Assert.Equal("none", registration.Attestation.Format);
        Assert.Equal(TrustLevel.None, registration.Trust);

        var passkey = site.Authenticator.Passkeys[0];
        var record = registration.Record;
        Assert.Equal(passkey.Id, record.Id.ToArray());
        Assert.Equal(site.Alice, record.UserHandle);
        Assert.Equal(passkey.Key.ToCose().ToBytes(), record.PublicKey.ToArray());
        Assert.Equal(0u, record.SignCount);
        Assert.True(record.UvInitialized);
        Assert.False(record.BackupEligible);
        Assert.False(record.BackupState);
        Assert.Equal(["internal", "hybrid"], record.Transports);
        Assert.Equal(site.Authenticator.Aaguid, record.Aaguid);
        Assert.Equal("example.com", record.RpId);

        var first = site.SignIn(record).IsAccepted();
        Assert.Equal(1u, first.Record.SignCount);
        Assert.False(first.SignCountRegressed);
        Assert.True(first.UserVerified);
        Assert.Equal(Site.Origin, first.Origin);
        var second = site.SignIn(first.Record).IsAccepted();
        Assert.Equal(2u, second.Record.SignCount);
    }

    [Fact]
    public void The_shape_that_the_Flex_browser_SDK_sends_is_read()
    {
        var site = new Site();
        var registration = site.Register(shape: ResponseShape.FlexJs).IsAccepted();
        Assert.Equal(["internal", "hybrid"], registration.Record.Transports);
        Assert.Null(registration.Attachment);
        site.SignIn(registration.Record, shape: ResponseShape.FlexJs).IsAccepted();
        site.SignIn(
            registration.Record,
            ceremony => ceremony.UserHandle = null,
            expect: expected => expected with { UserHandle = site.Alice },
            shape: ResponseShape.FlexJs).IsAccepted();
    }
}
