using System.Text.Json.Nodes;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Metadata;
using OpenPassage.WebAuthn.Tests.Attestation;

namespace OpenPassage.WebAuthn.Tests.Metadata;

/// <summary>FIDO Metadata Service 3, §3.2.</summary>
public static class MetadataBlobTests
{
    private static readonly DateTimeOffset now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid model = Guid.NewGuid();

    public class Verifying
    {
        [Theory]
        [InlineData(Alg.ES256)]
        [InlineData(Alg.ES384)]
        [InlineData(Alg.ES512)]
        [InlineData(Alg.RS256)]
        public void A_blob_is_verified_and_read(int algorithm)
        {
            var publisher = new MetadataPublisher
            {
                Key = SigningKey.Create(algorithm),
                Entries = { MetadataPublisher.Entry(model, CertificateAuthority.Shared.Der), MetadataPublisher.Entry(Guid.NewGuid()) },
            };
            var blob = Read(publisher).IsAccepted();
            Assert.Equal(42, blob.Number);
            Assert.Equal(new(2030, 6, 1), blob.NextUpdate);
            Assert.Equal("Read the terms before use.", blob.LegalHeader);
            Assert.Equal(2, blob.Entries.Count);
            var entry = blob.Find(model)!;
            Assert.Equal(model, entry.Aaguid);
            Assert.Equal("Software Authenticator", entry.Description);
            Assert.Equal(MetadataPublisher.Icon, entry.Icon);
            Assert.Equal(["basic_full"], entry.AttestationTypes);
            Assert.Equal(1, entry.Anchors.Count);
            Assert.Equal(
                ("FIDO_CERTIFIED_L1", new DateOnly(2021, 5, 1)),
                (entry.StatusReports[0].Status, entry.StatusReports[0].EffectiveDate));
            Assert.Null(blob.Find(Guid.NewGuid()));
        }

        [Fact]
        public void A_line_break_at_the_end_of_the_file_is_nothing() =>
            MetadataBlob.Verify([.. new MetadataPublisher().Publish(), (byte)'\r', (byte)'\n'], Attested.SharedRoot, now).IsAccepted();

        [Fact]
        public void The_publishers_roots_are_GlobalSigns_the_one_of_today_and_the_one_before()
        {
            using var today = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(GlobalSignRootR46.Pem);
            Assert.Equal("4FA3126D8D3A11D1C4855A4F807CBAD6CF919D3A5A88B03BEA2C6372D93C40C9",
                today.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256));
            Assert.True(MetadataBlob.PublisherRoots.Trust([today.RawData], now));
            Assert.Equal(2, MetadataBlob.PublisherRoots.Count);
            using var root = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(GlobalSignRootR3.Pem);
            Assert.Equal(
                "CBB522D7B7F127AD6A0113865BDF1CD4102E7D0759AF635A7CF4720DC963C53B",
                root.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256));
            Assert.True(MetadataBlob.PublisherRoots.Trust([root.RawData], now));
            MetadataBlob.Verify(new MetadataPublisher().Publish(), MetadataBlob.PublisherRoots,
                now).IsRefusedAs(Rejection.MetadataUntrusted);
        }

        /// <summary>As GlobalSign Root R46 is by R3.</summary>
        [Fact]
        public void A_blob_under_a_root_that_the_one_before_has_cross_signed_leads_to_either()
        {
            var (before, today) = (CertificateAuthority.Create("Before"), CertificateAuthority.Create("Today"));
            var cross = before.Issue(new Certificate
            {
                Subject = today.Name,
                PublicKey = today.Key.ToSubjectPublicKeyInfo(),
                Extensions = { [Certificate.BasicConstraints] = Certificate.IsAuthority },
            });
            var blob = new MetadataPublisher { Authority = today, Bend = json => json.Certificates = [.. json.Certificates,
                cross] }.Publish();
            foreach (var roots in (byte[][][])[[before.Der], [today.Der], [today.Der, before.Der]])
                MetadataBlob.Verify(blob, new([.. roots.Select(root => new ReadOnlyMemory<byte>(root))]), now).IsAccepted();
            MetadataBlob.Verify(new MetadataPublisher { Authority = today }.Publish(), new([before.Der]),
                now).IsRefusedAs(Rejection.MetadataUntrusted);
        }

        [Theory]
        [InlineData("")]
        [InlineData("{}")]
        [InlineData("a.b.c")]
        [InlineData("AB.AB.AB")]
        [InlineData("e30")]
        [InlineData("e30.AA")]
        [InlineData(".e30.AA")]
        [InlineData("AA.AA.AA")]
        [InlineData("bnVsbA.AA.AA")]
        [InlineData("e30.AB.AA")]
        public void What_is_no_JWS_is_refused(string text) =>
            MetadataBlob.Verify(System.Text.Encoding.UTF8.GetBytes(text), Attested.SharedRoot, now)
                .IsRefusedAs(Rejection.MetadataMalformed);

        [Fact]
        public void A_blob_without_certificates_is_refused() =>
            Bend(publisher => publisher.Bend = blob => blob.BendHeader = header => header.Remove("x5c"))
                .IsRefusedAs(Rejection.MetadataMalformed);

        [Theory]
        [InlineData(15, true)]
        [InlineData(16, false)]
        public void More_than_sixteen_certificates_are_refused(int more, bool accepted)
        {
            var verdict = Bend(publisher => publisher.Bend = blob => blob.Certificates =
                [.. blob.Certificates, .. Enumerable.Repeat(CertificateAuthority.Shared.Der, more)]);
            Assert.Equal(accepted ? null : Rejection.MetadataMalformed, verdict.Rejection);
        }

        [Fact]
        public void A_blob_that_names_a_URL_for_its_certificates_is_refused() =>
            Bend(publisher => publisher.Bend = blob => blob.BendHeader = header =>
            {
                header.Remove("x5c");
                header["x5u"] = "https://mds.fidoalliance.org/certificates";
            }).IsRefusedAs(Rejection.MetadataMalformed);

        [Theory]
        [InlineData("not base64")]
        [InlineData(null)]
        public void Certificates_that_cannot_be_read_are_refused(string? certificate) =>
            Bend(publisher => publisher.Bend = blob => blob.BendHeader = header => header["x5c"] = new JsonArray(certificate))
                .IsRefusedAs(Rejection.MetadataMalformed);

        [Fact]
        public void White_space_before_a_blob_is_refused() =>
            MetadataBlob.Verify([(byte)' ', .. new MetadataPublisher().Publish()], Attested.SharedRoot, now)
                .IsRefusedAs(Rejection.MetadataMalformed);

        [Fact]
        public void A_signature_whose_number_begins_with_the_byte_80_verifies()
        {
            var publisher = new MetadataPublisher();
            for (var tries = 0; tries < 5_000; tries++)
            {
                var blob = publisher.Publish();
                var signature = System.Buffers.Text.Base64Url.DecodeFromUtf8(blob.AsSpan(blob.AsSpan().LastIndexOf((byte)'.') + 1));
                if (signature[0] != 0x80 && signature[32] != 0x80)
                    continue;
                MetadataBlob.Verify(blob, Attested.SharedRoot, now).IsAccepted();
                return;
            }
            Assert.Fail("No signature of 5000 began so.");
        }

        [Fact]
        public void Null_is_misuse()
        {
            var blob = new MetadataPublisher().Publish();
            Assert.Throws<ArgumentNullException>(() => MetadataBlob.Verify(blob, null!, now));
            Assert.Throws<ArgumentNullException>(() => MetadataBlob.Verify(blob, Attested.SharedRoot, now).IsAccepted().Find(model, null!));
        }

        [Fact]
        public void An_entry_may_say_next_to_nothing()
        {
            var blob = Bend(publisher => publisher.Bend = payload =>
                payload.Payload["entries"] = new JsonArray(
                    new JsonObject { ["aaguid"] = Guid.Empty.ToString() },
                    new JsonObject { ["aaguid"] = "none" })).IsAccepted();
            Assert.All(blob.Entries, entry => Assert.Null(entry.Aaguid));
            Assert.Equal(0, blob.Entries[0].Anchors.Count);
            Assert.Null(blob.Find(Guid.Empty));
        }

        [Fact]
        public void Another_host_is_refused() => Bend(publisher => publisher.Host = "mds.example.com").IsRefusedAs(Rejection.MetadataHost);

        [Fact]
        public void Another_root_is_refused() =>
            Bend(publisher => publisher.Authority = CertificateAuthority.Create("Elsewhere")).IsRefusedAs(Rejection.MetadataUntrusted);

        [Fact]
        public void An_expired_certificate_is_refused() =>
            Bend(publisher => publisher.BendCertificate = certificate => certificate.NotAfter = now.AddDays(-1))
                .IsRefusedAs(Rejection.MetadataUntrusted);

        /// <summary>Threat 26.</summary>
        [Fact]
        public void A_signature_with_a_bit_flipped_is_refused() =>
            Bend(publisher => publisher.Bend = blob => blob.BendSignature = PackedTests.Flip).IsRefusedAs(Rejection.MetadataSignature);

        [Fact]
        public void A_payload_changed_after_signing_is_refused()
        {
            var parts = System.Text.Encoding.ASCII.GetString(new MetadataPublisher().Publish()).Split('.');
            var other = System.Text.Encoding.ASCII.GetString(new MetadataPublisher { Number = 43 }.Publish()).Split('.');
            var mixed = System.Text.Encoding.ASCII.GetBytes(string.Join('.', parts[0], other[1], parts[2]));
            MetadataBlob.Verify(mixed, Attested.SharedRoot, now).IsRefusedAs(Rejection.MetadataSignature);
        }

        [Theory]
        [InlineData("no")]
        [InlineData("nextUpdate")]
        [InlineData("entries")]
        public void A_payload_without_a_member_is_refused(string member) =>
            Bend(publisher => publisher.Bend = blob => blob.Payload.Remove(member)).IsRefusedAs(Rejection.MetadataMalformed);

        [Fact]
        public void A_payload_that_is_no_JSON_is_refused() =>
            Bend(publisher => publisher.Bend = blob => blob.RawPayload = "{"u8.ToArray()).IsRefusedAs(Rejection.MetadataMalformed);

        [Theory]
        [InlineData(null)]
        [InlineData("  ")]
        public void A_blob_without_legal_header_is_refused(string? header) =>
            Bend(publisher => publisher.LegalHeader = header).IsRefusedAs(Rejection.MetadataLegalHeader);

        [Fact]
        public void An_older_blob_than_the_known_one_is_refused()
        {
            var blob = new MetadataPublisher().Publish();
            MetadataBlob.Verify(blob, Attested.SharedRoot, now, previousNumber: 43).IsRefusedAs(Rejection.MetadataRolledBack);
            MetadataBlob.Verify(blob, Attested.SharedRoot, now, previousNumber: 42).IsAccepted();
            MetadataBlob.Verify(blob, Attested.SharedRoot, now, previousNumber: 40).IsAccepted();
        }

        [Fact]
        public void An_overdue_blob_is_reported_and_not_refused()
        {
            var blob = Bend(publisher => publisher.NextUpdate = "2026-05-31").IsAccepted();
            Assert.True(blob.IsOverdue(now));
            Assert.False(blob.IsOverdue(now.AddDays(-1)));
        }

        [Fact]
        public void Null_may_stand_anywhere_in_the_entries()
        {
            var entry = MetadataPublisher.Entry(model, CertificateAuthority.Shared.Der);
            entry["attestationCertificateKeyIdentifiers"] = new JsonArray("00", null);
            entry["statusReports"]!.AsArray().Add((JsonNode?)null);
            entry["metadataStatement"]!["attestationTypes"]!.AsArray().Add((JsonNode?)null);
            entry["metadataStatement"]!["attestationRootCertificates"]!.AsArray().Add((JsonNode?)null);
            var blob = Bend(publisher => publisher.Bend = payload =>
                payload.Payload["entries"] = new JsonArray(null, entry, new JsonObject(), new JsonObject { ["metadataStatement"] = null }))
                .IsAccepted();
            Assert.Equal(3, blob.Entries.Count);
            Assert.Equal(1, blob.Find(model)!.Anchors.Count);
        }

        [Fact]
        public void A_root_that_cannot_be_read_is_left_out()
        {
            var entry = MetadataPublisher.Entry(model, CertificateAuthority.Shared.Der, [1, 2, 3]);
            entry["metadataStatement"]!["attestationRootCertificates"]!.AsArray().Add("not base64");
            Assert.Equal(1, Bend(publisher => publisher.Entries.Add(entry)).IsAccepted().Find(model)!.Anchors.Count);
        }
    }

    public class Trust
    {
        [Fact]
        public void A_models_own_roots_anchor_it()
        {
            var vendor = CertificateAuthority.Create("Vendor");
            var policy = PolicyOf(MetadataPublisher.Entry(model, vendor.Der)) with { RequireAttestation = true };
            var registration = Attested.Register(new PackedAttestation { Authority = vendor }.Make, policy: policy, aaguid: model)
                .IsAccepted();
            Assert.Equal(TrustLevel.Anchored, registration.Trust);
        }

        [Fact]
        public void Another_vendors_roots_do_not_anchor_a_listed_model()
        {
            var (vendor, other) = (CertificateAuthority.Create("Vendor"), CertificateAuthority.Create("Other"));
            var policy = PolicyOf(MetadataPublisher.Entry(model, vendor.Der), MetadataPublisher.Entry(Guid.NewGuid(), other.Der)) with
            {
                Anchors = new([other.Der]),
            };
            Assert.Equal(
                TrustLevel.Untrusted,
                Attested.Register(new PackedAttestation { Authority = other }.Make, policy: policy, aaguid: model).IsAccepted().Trust);
        }

        [Fact]
        public void A_model_that_is_not_listed_falls_back_on_the_policys_anchors()
        {
            var policy = PolicyOf() with { Anchors = Attested.SharedRoot };
            Assert.Equal(
                TrustLevel.Anchored,
                Attested.Register(new PackedAttestation().Make, policy: policy, aaguid: model).IsAccepted().Trust);
        }

        [Fact]
        public void A_model_that_does_not_attest_in_that_way_is_untrusted()
        {
            var entry = MetadataPublisher.Entry(model, CertificateAuthority.Shared.Der);
            entry["metadataStatement"]!["attestationTypes"] = new JsonArray("basic_surrogate");
            Assert.Equal(
                TrustLevel.Untrusted,
                Attested.Register(new PackedAttestation().Make, policy: PolicyOf(entry), aaguid: model).IsAccepted().Trust);
        }

        [Fact]
        public void A_U2F_model_is_found_by_the_key_of_its_certificate()
        {
            var batch = new EcKey(Alg.ES256);
            var attestation = new FidoU2fAttestation { Key = batch };
            var entry = MetadataPublisher.Entry(model, CertificateAuthority.Shared.Der);
            entry.Remove("aaguid");
            entry["attestationCertificateKeyIdentifiers"] = new JsonArray(MetadataPublisher.KeyIdentifierOf(batch));
            Assert.Equal(
                TrustLevel.Anchored,
                Attested.Register(attestation.Make, policy: PolicyOf(entry), aaguid: Guid.Empty).IsAccepted().Trust);
            Assert.Equal(
                TrustLevel.Untrusted,
                Attested.Register(new FidoU2fAttestation().Make, policy: PolicyOf(entry), aaguid: Guid.Empty).IsAccepted().Trust);
        }
    }

    public class CompoundStatements
    {
        [Fact]
        public void A_U2F_model_is_found_by_a_part_of_a_compound_statement()
        {
            var batch = new EcKey(Alg.ES256);
            var entry = MetadataPublisher.Entry(model, CertificateAuthority.Shared.Der);
            entry.Remove("aaguid");
            entry["attestationCertificateKeyIdentifiers"] = new JsonArray(MetadataPublisher.KeyIdentifierOf(batch));
            var compound = new CompoundAttestation(Attest.PackedSelf, new FidoU2fAttestation { Key = batch }.Make);
            Assert.Equal(
                TrustLevel.Anchored,
                Attested.Register(compound.Make, policy: PolicyOf(entry), aaguid: Guid.Empty).IsAccepted().Trust);
        }

        [Fact]
        public void A_compromised_attestation_key_is_found_in_a_part()
        {
            var attestation = new PackedAttestation { Authority = CertificateAuthority.Create("Vendor").CreateIntermediate("Batch 1") };
            var entry = MetadataPublisher.Entry(model, CertificateAuthority.Shared.Der);
            var report = MetadataPublisher.Status("ATTESTATION_KEY_COMPROMISE", "2025-01-01");
            report["certificate"] = Convert.ToBase64String(attestation.Authority.Der);
            entry["statusReports"] = new JsonArray(report);
            Attested.Register(new CompoundAttestation(Attest.PackedSelf, attestation.Make).Make, policy: PolicyOf(entry), aaguid: model)
                .IsRefusedAs(Rejection.AuthenticatorStatusRefused);
        }
    }

    public class Statuses
    {
        [Fact]
        public void A_model_without_reports_is_accepted()
        {
            var entry = MetadataPublisher.Entry(model, CertificateAuthority.Shared.Der);
            entry.Remove("statusReports");
            Attested.Register(new PackedAttestation().Make, policy: PolicyOf(entry), aaguid: model).IsAccepted();
        }

        [Fact]
        public void Two_compromises_are_not_better_than_one() =>
            Register(Report("USER_VERIFICATION_BYPASS", "2025-01-01"), Report("USER_KEY_REMOTE_COMPROMISE", "2025-02-01"))
                .IsRefusedAs(Rejection.AuthenticatorStatusRefused);

        [Theory]
        [InlineData(false)]
        [InlineData(true)]
        public void A_report_names_its_certificate_by_batch_first(bool both)
        {
            var (attestation, other) = (OfBatch("Batch 1"), OfBatch("Batch 2"));
            var report = Report("ATTESTATION_KEY_COMPROMISE", "2025-01-01");
            report["batchCertificate"] = Convert.ToBase64String(attestation.Authority.Der);
            if (both)
                report["certificate"] = Convert.ToBase64String(CertificateAuthority.Shared.Der);
            var policy = PolicyOf(EntryWith(report));
            Attested.Register(attestation.Make, policy: policy, aaguid: model).IsRefusedAs(Rejection.AuthenticatorStatusRefused);
            Attested.Register(other.Make, policy: policy, aaguid: model).IsAccepted();
        }

        public static TheoryData<string> Refused => [.. AuthenticatorStatus.RefusedByDefault];

        [Theory]
        [MemberData(nameof(Refused))]
        public void A_status_that_is_refused_by_default_is_refused(string status) =>
            Register(Report(status, "2025-01-01")).IsRefusedAs(Rejection.AuthenticatorStatusRefused);

        [Fact]
        public void It_is_refused_whatever_the_attestation_is_worth() =>
            Attested.Register(Attest.None, policy: PolicyOf(EntryWith(Report("REVOKED", "2025-01-01"))), aaguid: model)
                .IsRefusedAs(Rejection.AuthenticatorStatusRefused);

        [Theory]
        [InlineData("FIDO_CERTIFIED_L2")]
        [InlineData("UPDATE_AVAILABLE")]
        [InlineData("NOT_FIDO_CERTIFIED")]
        [InlineData("A_WORD_OF_LATER")]
        public void Another_status_is_accepted(string status) => Register(Report(status, "2025-01-01")).IsAccepted();

        [Fact]
        public void A_status_is_refused_where_policy_says_so()
        {
            var policy = PolicyOf(EntryWith(Report("NOT_FIDO_CERTIFIED", "2025-01-01"))) with
            {
                RefusedStatuses = new HashSet<string> { AuthenticatorStatus.NotFidoCertified },
            };
            Attested.Register(new PackedAttestation().Make, policy: policy, aaguid: model)
                .IsRefusedAs(Rejection.AuthenticatorStatusRefused);
        }

        [Fact]
        public void A_status_is_accepted_where_policy_says_so()
        {
            var policy = PolicyOf(EntryWith(Report("USER_KEY_PHYSICAL_COMPROMISE", "2025-01-01"))) with
            {
                RefusedStatuses = new HashSet<string>(),
            };
            Attested.Register(new PackedAttestation().Make, policy: policy, aaguid: model).IsAccepted();
        }

        [Theory]
        [InlineData("UPDATE_AVAILABLE")]
        [InlineData("FIDO_CERTIFIED_L1")]
        public void A_later_remedy_answers_a_compromise(string remedy)
        {
            Register(Report("USER_VERIFICATION_BYPASS", "2025-01-01"), Report(remedy, "2025-02-01")).IsAccepted();
            Register(Report(remedy, "2024-02-01"), Report("USER_VERIFICATION_BYPASS", "2025-01-01"))
                .IsRefusedAs(Rejection.AuthenticatorStatusRefused);
        }

        [Fact]
        public void The_date_decides_and_not_the_order_in_the_blob() =>
            Register(Report("UPDATE_AVAILABLE", "2025-02-01"), Report("USER_VERIFICATION_BYPASS", "2025-01-01")).IsAccepted();

        [Theory]
        [InlineData("REVOKED")]
        [InlineData("ATTESTATION_KEY_COMPROMISE")]
        public void Nothing_answers_what_is_past_remedy(string status) =>
            Register(Report(status, "2025-01-01"), Report("FIDO_CERTIFIED_L1", "2025-02-01"))
                .IsRefusedAs(Rejection.AuthenticatorStatusRefused);

        [Fact]
        public void A_status_of_later_does_not_hold_yet()
        {
            var policy = PolicyOf(EntryWith(Report("REVOKED", "2026-06-02")));
            Attested.Register(new PackedAttestation().Make, policy: policy, at: now, aaguid: model).IsAccepted();
            Attested.Register(new PackedAttestation().Make, policy: policy, at: now.AddDays(1), aaguid: model)
                .IsRefusedAs(Rejection.AuthenticatorStatusRefused);
        }

        [Fact]
        public void A_compromised_attestation_key_concerns_the_certificate_that_is_named()
        {
            var (attestation, other) = (OfBatch("Batch 1"), OfBatch("Batch 2"));
            var report = Report("ATTESTATION_KEY_COMPROMISE", "2025-01-01");
            report["certificate"] = Convert.ToBase64String(attestation.Authority.Der);
            var policy = PolicyOf(EntryWith(report));
            Attested.Register(attestation.Make, policy: policy, aaguid: model).IsRefusedAs(Rejection.AuthenticatorStatusRefused);
            Attested.Register(other.Make, policy: policy, aaguid: model).IsAccepted();
        }

        private static PackedAttestation OfBatch(string name) =>
            new() { Authority = CertificateAuthority.Create("Vendor").CreateIntermediate(name) };

        private static JsonObject Report(string status, string date) => MetadataPublisher.Status(status, date);

        private static JsonObject EntryWith(params JsonObject[] reports)
        {
            var entry = MetadataPublisher.Entry(model, CertificateAuthority.Shared.Der);
            entry["statusReports"] = new JsonArray([MetadataPublisher.Status("FIDO_CERTIFIED", "2020-01-01"), .. reports]);
            return entry;
        }

        private static Verdict<Registration> Register(params JsonObject[] reports) =>
            Attested.Register(new PackedAttestation().Make, policy: PolicyOf(EntryWith(reports)), aaguid: model);
    }

    private static AttestationPolicy PolicyOf(params JsonObject[] entries)
    {
        var publisher = new MetadataPublisher();
        foreach (var entry in entries)
            publisher.Entries.Add(entry);
        return new() { Metadata = Read(publisher).IsAccepted() };
    }

    private static Verdict<MetadataBlob> Bend(Action<MetadataPublisher> bend)
    {
        var publisher = new MetadataPublisher();
        bend(publisher);
        return Read(publisher);
    }

    private static Verdict<MetadataBlob> Read(MetadataPublisher publisher) =>
        MetadataBlob.Verify(publisher.Publish(), Attested.SharedRoot, now);
}
