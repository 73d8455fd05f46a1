using System.Text;
using OpenPassage.Authenticator;

namespace OpenPassage.WebAuthn.Tests;

/// <summary>A relying party, an authenticator and an account: a good ceremony, one thing of which a test may bend.</summary>
internal sealed class Site
{
    public const string Origin = "https://login.example.com";

    public RelyingParty RelyingParty { get; init; } = new("example.com", "Example", [Origin, "https://example.com:8443"]);

    public SoftwareAuthenticator Authenticator { get; init; } = new();

    public UserHandle Alice { get; } = new("alice, and nothing personal"u8);

    public UserHandle Bob { get; } = new("bob, as opaque"u8);

    /// <summary>A registration, bent where the authenticator answers, where the page asks, or where the verdict expects.</summary>
    public Verdict<Registration> Register(
        Action<RegistrationCeremony>? bend = null,
        Func<RegistrationRequest, RegistrationRequest>? ask = null,
        Func<RegistrationExpectation, RegistrationExpectation>? expect = null,
        ResponseShape shape = ResponseShape.Browser)
    {
        var request = new RegistrationRequest { UserHandle = Alice, UserName = "alice@example.com" };
        var options = RelyingParty.StartRegistration(ask?.Invoke(request) ?? request);
        var ceremony = Authenticator.Create(Encoding.UTF8.GetString(options.ToJson()), Origin, bend);
        var response = RegistrationResponse.Read(Encoding.UTF8.GetBytes(ceremony.ToJson(shape)));
        if (!response.Ok)
            return response.Rejection;
        var expected = options.ToExpectation();
        return RelyingParty.FinishRegistration(response.Value, expect?.Invoke(expected) ?? expected);
    }

    /// <summary>The record of a good registration.</summary>
    public CredentialRecord Registered() => Register().GetOrThrow().Record;

    /// <summary>A sign-in of Alice's, bent where the authenticator answers, where the page asks, or where the verdict expects.</summary>
    public Verdict<Authentication> SignIn(
        CredentialRecord record,
        Action<AuthenticationCeremony>? bend = null,
        Func<AuthenticationRequest, AuthenticationRequest>? ask = null,
        Func<AuthenticationExpectation, AuthenticationExpectation>? expect = null,
        ResponseShape shape = ResponseShape.Browser)
    {
        var request = new AuthenticationRequest();
        var options = RelyingParty.StartAuthentication(ask?.Invoke(request) ?? request);
        var ceremony = Authenticator.Get(Encoding.UTF8.GetString(options.ToJson()), Origin, bend);
        var response = AuthenticationResponse.Read(Encoding.UTF8.GetBytes(ceremony.ToJson(shape)));
        if (!response.Ok)
            return response.Rejection;
        var expected = options.ToExpectation();
        return RelyingParty.FinishAuthentication(response.Value, expect?.Invoke(expected) ?? expected, record);
    }
}

/// <summary>What tests ask of a verdict.</summary>
internal static class Verdicts
{
    public static void IsRefusedAs<T>(this Verdict<T> verdict, Rejection rejection)
        where T : class
    {
        Assert.False(verdict.Ok, $"expected {rejection}, and nothing was refused");
        Assert.Equal(rejection.Code, verdict.Rejection.Code);
    }

    public static T IsAccepted<T>(this Verdict<T> verdict)
        where T : class
    {
        Assert.True(verdict.Ok, $"refused: {verdict.Rejection}");
        return verdict.Value;
    }
}
