using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.WebAuthn.Tests.Attestation;

/// <summary>§7.1 step 24: which certificates lead to an anchor.</summary>
public static class TrustAnchorsTests
{
    private static readonly DateTimeOffset now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CertificateAuthority root = CertificateAuthority.Create("Root");
    private static readonly CertificateAuthority other = CertificateAuthority.Create("Other Root");
    private static readonly CertificateAuthority intermediate = root.CreateIntermediate("Intermediate");
    private static readonly CertificateAuthority below = intermediate.CreateIntermediate("Below");

    public class Chains
    {
        [Fact]
        public void A_leaf_below_the_anchor_is_trusted() => Assert.True(Anchor(root).Trust([Leaf(root)], now));

        [Fact]
        public void A_leaf_below_another_root_is_not() => Assert.False(Anchor(root).Trust([Leaf(other)], now));

        [Fact]
        public void Intermediates_that_were_sent_are_used() =>
            Assert.True(Anchor(root).Trust([Leaf(below), below.Der, intermediate.Der], now));

        [Fact]
        public void Intermediates_may_be_sent_in_any_order() =>
            Assert.True(Anchor(root).Trust([Leaf(below), intermediate.Der, below.Der], now));

        [Fact]
        public void The_root_may_be_sent_along() =>
            Assert.True(Anchor(root).Trust([Leaf(below), below.Der, intermediate.Der, root.Der], now));

        [Fact]
        public void A_missing_intermediate_breaks_the_chain() =>
            Assert.False(Anchor(root).Trust([Leaf(below), below.Der], now));

        [Fact]
        public void A_missing_intermediate_is_supplied_from_those_given() =>
            Assert.True(new TrustAnchors([root.Der], [intermediate.Der]).Trust([Leaf(below), below.Der], now));

        [Fact]
        public void An_intermediate_that_was_given_is_no_anchor() =>
            Assert.False(new TrustAnchors([other.Der], [intermediate.Der, root.Der])
                .Trust([Leaf(intermediate), intermediate.Der, root.Der], now));

        [Fact]
        public void Several_anchors_are_each_enough()
        {
            var both = new TrustAnchors([root.Der, other.Der]);
            Assert.True(both.Trust([Leaf(root)], now));
            Assert.True(both.Trust([Leaf(other)], now));
        }

        [Fact]
        public void Bytes_among_the_certificates_that_are_none_break_the_chain() =>
            Assert.False(Anchor(root).Trust([Leaf(root), new byte[] { 1, 2, 3 }], now));

        [Fact]
        public void No_certificate_leads_nowhere() => Assert.False(Anchor(root).Trust([], now));
    }

    public class Strangers
    {
        /// <summary>Threat 24 (GHSA-6hxq-p678-4hr2): a library took a self-signed certificate at the end of x5c for the root.</summary>
        [Fact]
        public void A_self_signed_root_that_a_stranger_sent_is_no_anchor() =>
            Assert.False(Anchor(root).Trust([Leaf(other), other.Der], now));

        [Fact]
        public void A_strangers_root_of_the_anchors_name_is_no_anchor()
        {
            var impostor = CertificateAuthority.Create("Root");
            Assert.Equal(root.Name, impostor.Name);
            Assert.False(Anchor(root).Trust([Leaf(impostor), impostor.Der], now));
        }

        [Fact]
        public void A_chain_beside_the_anchor_is_no_chain_to_it() =>
            Assert.False(Anchor(root).Trust([Leaf(other), other.Der, root.Der], now));

        [Fact]
        public void A_self_signed_leaf_is_no_anchor() => Assert.False(Anchor(root).Trust([other.Der], now));

        [Fact]
        public void Without_anchors_nothing_is_trusted() => Assert.False(TrustAnchors.None.Trust([Leaf(root), root.Der], now));

        [Fact]
        public void A_leaf_cannot_issue()
        {
            // The leaf's key signs another leaf, and basic constraints say that it may not.
            var leaf = root.CreateIntermediate(
                "Leaf",
                certificate => certificate.Extensions[Certificate.BasicConstraints] = Certificate.NoAuthority);
            Assert.False(Anchor(root).Trust([Leaf(leaf), leaf.Der], now));
        }

        [Fact]
        public void Nothing_that_a_certificate_points_at_is_fetched()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            byte[] url = System.Text.Encoding.ASCII.GetBytes($"http://{listener.LocalEndpoint}/issuer.der");
            byte[] uri = [0x86, (byte)url.Length, .. url];
            var leaf = Leaf(intermediate, certificate =>
            {
                certificate.Extensions["1.3.6.1.5.5.7.1.1"] = (Der.Sequence(Der.Sequence(Der.Oid("1.3.6.1.5.5.7.48.2"), uri)), false);
                certificate.Extensions["2.5.29.31"] = (Der.Sequence(Der.Sequence(Der.Explicit(0, Der.Explicit(0, uri)))), false);
            });
            Assert.False(Anchor(root).Trust([leaf], now));
            Assert.True(Anchor(root).Trust([leaf, intermediate.Der], now));
            Assert.False(listener.Pending());
        }

        [Fact]
        public void The_systems_roots_are_no_anchors()
        {
            using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
            if (store.Certificates.Count == 0)
                Assert.Skip("This machine has no roots of its own.");
            Assert.False(Anchor(root).Trust([store.Certificates[0].RawData], at: null));
        }
    }

    public class AnchorsThatAreNoRoots
    {
        [Fact]
        public void The_leaf_itself_may_be_the_anchor()
        {
            var leaf = Leaf(root);
            Assert.True(new TrustAnchors([leaf]).Trust([leaf], now));
            Assert.False(new TrustAnchors([leaf]).Trust([Leaf(root)], now));
        }

        [Fact]
        public void A_leaf_that_is_its_own_anchor_is_valid_in_its_time_only()
        {
            var leaf = Leaf(root);
            Assert.False(new TrustAnchors([leaf]).Trust([leaf], new(2019, 12, 31, 0, 0, 0, TimeSpan.Zero)));
            Assert.False(new TrustAnchors([leaf]).Trust([leaf], new(2040, 1, 2, 0, 0, 0, TimeSpan.Zero)));
            Assert.True(new TrustAnchors([leaf]).Trust([leaf], at: null));
        }

        [Fact]
        public void A_leaf_that_is_its_own_anchor_is_valid_from_its_first_moment_to_its_last()
        {
            var leaf = Leaf(root);
            var first = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
            var last = new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);
            Assert.True(new TrustAnchors([leaf]).Trust([leaf], first));
            Assert.True(new TrustAnchors([leaf]).Trust([leaf], last));
            Assert.False(new TrustAnchors([leaf]).Trust([leaf], first.AddSeconds(-1)));
            Assert.False(new TrustAnchors([leaf]).Trust([leaf], last.AddSeconds(1)));
        }

        [Fact]
        public void An_intermediate_may_be_the_anchor()
        {
            Assert.True(Anchor(intermediate).Trust([Leaf(intermediate)], now));
            Assert.True(Anchor(intermediate).Trust([Leaf(intermediate), intermediate.Der, root.Der], now));
            Assert.True(Anchor(intermediate).Trust([Leaf(below), below.Der], now));
        }

        [Fact]
        public void An_intermediate_anchor_does_not_vouch_for_its_root() =>
            Assert.False(Anchor(intermediate).Trust([Leaf(root), root.Der], now));

        [Fact]
        public void A_leaf_that_only_names_the_anchor_as_its_issuer_is_not_trusted()
        {
            var impostor = root.CreateIntermediate("Intermediate");
            Assert.Equal(intermediate.Name, impostor.Name);
            Assert.False(Anchor(intermediate).Trust([Leaf(impostor)], now));
            Assert.False(Anchor(intermediate).Trust([Leaf(impostor), intermediate.Der], now));
            Assert.False(Anchor(intermediate).Trust([Leaf(impostor), impostor.Der, root.Der], now));
        }
    }

    public class Validity
    {
        [Theory]
        [InlineData(2019, false)]
        [InlineData(2026, true)]
        [InlineData(2041, false)]
        public void Certificates_must_be_valid_at_the_given_moment(int year, bool trusted) =>
            Assert.Equal(trusted, Anchor(root).Trust([Leaf(root)], new DateTimeOffset(year, 6, 1, 0, 0, 0, TimeSpan.Zero)));

        [Fact]
        public void The_leaf_must_be_valid_too()
        {
            var expired = Leaf(root, leaf => leaf.NotAfter = now.AddDays(-1));
            Assert.False(Anchor(root).Trust([expired], now));
            Assert.True(Anchor(root).Trust([expired], now.AddDays(-2)));
        }

        [Fact]
        public void The_moment_is_exact_to_the_second_in_any_time_zone()
        {
            var expiring = Leaf(root, leaf => leaf.NotAfter = now);
            Assert.True(Anchor(root).Trust([expiring], now.AddSeconds(-1).ToOffset(TimeSpan.FromHours(9))));
            Assert.False(Anchor(root).Trust([expiring], now.AddSeconds(1).ToOffset(TimeSpan.FromHours(-9))));
        }

        [Fact]
        public void Without_a_moment_dates_are_not_looked_at() =>
            Assert.True(Anchor(root).Trust([Leaf(root, leaf => leaf.NotAfter = leaf.NotBefore.AddDays(1))], at: null));
    }

    public class Reading
    {
        [Fact]
        public void Anchors_are_read_from_PEM()
        {
            var pem = $"A comment\n{Pem(root)}\n{Pem(other)}\n";
            var anchors = TrustAnchors.FromPem(pem);
            Assert.Equal(2, anchors.Count);
            Assert.True(anchors.Trust([Leaf(other)], now));
        }

        [Theory]
        [InlineData("")]
        [InlineData("no PEM")]
        [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
        public void PEM_without_certificates_is_misuse(string pem) => Assert.Throws<ArgumentException>(() => TrustAnchors.FromPem(pem));

        [Fact]
        public void PEM_with_a_certificate_that_cannot_be_read_says_so()
        {
            var pem = $"{PemEncoding.WriteString("CERTIFICATE", root.Der)}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
            var misuse = Assert.Throws<ArgumentException>(() => TrustAnchors.FromPem(pem));
            Assert.Equal("pem", misuse.ParamName);
            Assert.Contains("cannot be read", misuse.Message, StringComparison.Ordinal);
        }

        [Fact]
        public void Null_is_misuse()
        {
            Assert.Throws<ArgumentNullException>(() => new TrustAnchors(null!));
            Assert.Throws<ArgumentNullException>(() => TrustAnchors.FromPem(null!));
            Assert.Throws<ArgumentNullException>(() => Anchor(root).Trust(null!, now));
        }

        [Fact]
        public void Bytes_that_are_no_certificate_are_misuse()
        {
            Assert.Throws<ArgumentException>(() => new TrustAnchors([new byte[] { 1 }]));
            Assert.Throws<ArgumentException>(() => new TrustAnchors([root.Der], [new byte[] { 1 }]));
            Assert.Throws<ArgumentException>(() => new TrustAnchors([System.Text.Encoding.ASCII.GetBytes(Pem(root))]));
        }

        private static string Pem(CertificateAuthority authority) => PemEncoding.WriteString("CERTIFICATE", authority.Der);
    }

    private static TrustAnchors Anchor(CertificateAuthority authority) => new([authority.Der]);

    private static byte[] Leaf(CertificateAuthority authority, Action<Certificate>? bend = null)
    {
        var leaf = new Certificate
        {
            Subject = Der.Name((Certificate.CommonName, "Leaf")),
            PublicKey = new EcKey(Alg.ES256).ToSubjectPublicKeyInfo(),
            Extensions = { [Certificate.BasicConstraints] = Certificate.NoAuthority },
        };
        bend?.Invoke(leaf);
        return authority.Issue(leaf);
    }
}
