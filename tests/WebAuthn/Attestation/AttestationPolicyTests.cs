using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>§7.1 steps 23 and 24.</summary>
public static class AttestationPolicyTests
{
    private static readonly AttestationMaker packed = new PackedAttestation().Make;

    public class ByDefault
    {
        [Fact]
        public void None_is_accepted_and_reported() => Assert.Equal(TrustLevel.None, Attested.Register(Attest.None).IsAccepted().Trust);

        [Fact]
        public void Self_is_accepted_and_reported() =>
            Assert.Equal(TrustLevel.Self, Attested.Register(Attest.PackedSelf).IsAccepted().Trust);

        /// <summary>Threat 27: what it is worth is told, whatever policy makes of it.</summary>
        [Fact]
        public void Untrusted_is_accepted_and_reported() =>
            Assert.Equal(TrustLevel.Untrusted, Attested.Register(packed).IsAccepted().Trust);

        [Fact]
        public void Anchored_is_reported() =>
            Assert.Equal(
                TrustLevel.Anchored,
                Attested.Register(packed, policy: new() { Anchors = Attested.SharedRoot }).IsAccepted().Trust);
    }

    public class WhereAttestationIsRequired
    {
        private static readonly AttestationPolicy required = new() { RequireAttestation = true, Anchors = Attested.SharedRoot };

        /// <summary>Threat 25.</summary>
        [Fact]
        public void None_is_refused() => Attested.Register(Attest.None, policy: required).IsRefusedAs(Rejection.AttestationRequired);

        [Fact]
        public void Self_is_refused() => Attested.Register(Attest.PackedSelf, policy: required).IsRefusedAs(Rejection.AttestationRequired);

        [Fact]
        public void Untrusted_is_refused() =>
            Attested.Register(new PackedAttestation { Authority = CertificateAuthority.Create("Elsewhere") }.Make, policy: required)
                .IsRefusedAs(Rejection.UntrustedAttestation);

        [Fact]
        public void Two_statements_that_prove_nothing_prove_nothing_together() =>
            Attested.Register(new CompoundAttestation(Attest.None, Attest.PackedSelf).Make, policy: required)
                .IsRefusedAs(Rejection.AttestationRequired);

        [Fact]
        public void Anchored_is_accepted() => Attested.Register(packed, policy: required).IsAccepted();

        [Fact]
        public void Certificates_must_be_valid_at_the_given_moment()
        {
            Attested.Register(packed, policy: required, at: new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).IsAccepted();
            Attested.Register(packed, policy: required, at: new(2050, 1, 1, 0, 0, 0, TimeSpan.Zero))
                .IsRefusedAs(Rejection.UntrustedAttestation);
        }
    }

    public class WhereUntrustedIsRefused
    {
        private static readonly AttestationPolicy refuse = new() { Untrusted = UntrustedAttestation.Refuse };

        [Fact]
        public void Untrusted_is_refused() => Attested.Register(packed, policy: refuse).IsRefusedAs(Rejection.UntrustedAttestation);

        [Fact]
        public void None_and_self_are_accepted()
        {
            Attested.Register(Attest.None, policy: refuse).IsAccepted();
            Attested.Register(Attest.PackedSelf, policy: refuse).IsAccepted();
        }
    }

    public class Misuse
    {
        [Fact]
        public void Nothing_to_judge_is_misuse() =>
            Assert.Throws<ArgumentNullException>(() => AttestationPolicy.AcceptAny.Assess(null!, Guid.Empty, at: null));
    }

    public class Models
    {
        private static readonly Guid model = Guid.NewGuid();

        [Fact]
        public void A_model_outside_the_allowed_is_refused() =>
            Attested.Register(packed, policy: new() { AllowedAaguids = new HashSet<Guid> { Guid.NewGuid() } }, aaguid: model)
                .IsRefusedAs(Rejection.AuthenticatorModelNotAllowed);

        [Fact]
        public void An_allowed_model_is_accepted() =>
            Attested.Register(packed, policy: new() { AllowedAaguids = new HashSet<Guid> { model } }, aaguid: model).IsAccepted();

        [Fact]
        public void No_model_is_allowed_by_an_empty_list() =>
            Attested.Register(packed, policy: new() { AllowedAaguids = new HashSet<Guid>() }, aaguid: model)
                .IsRefusedAs(Rejection.AuthenticatorModelNotAllowed);

        [Fact]
        public void A_denied_model_is_refused_even_where_it_is_allowed() =>
            Attested.Register(
                packed,
                policy: new() { AllowedAaguids = new HashSet<Guid> { model }, DeniedAaguids = new HashSet<Guid> { model } },
                aaguid: model).IsRefusedAs(Rejection.AuthenticatorModelNotAllowed);
    }
}
