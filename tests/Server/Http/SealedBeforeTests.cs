using System.Buffers.Text;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Tests.Http;

/// <summary>
/// Tickets that an earlier version sealed, and the key it kept: nodes of two versions work side by side during an upgrade, so each must
/// open what the other has sealed.
/// </summary>
public sealed class SealedBeforeTests : IAsyncLifetime
{
    private static readonly AppId App = new("a");
    private static readonly UserHandle Handle = new(Many(2, 64));

    private RingFixture ring = null!;
    private TicketKeys keys = null!;

    private DateTimeOffset Then => ring.Time.GetUtcNow().AddMinutes(5);

    public async ValueTask InitializeAsync()
    {
        ring = await RingFixture.CreateAsync();
        await ring.Kept.AddAsync("before", Key, default);
        keys = await ring.NodeAsync();
    }

    public ValueTask DisposeAsync() => ring.DisposeAsync();

    [Fact]
    public async Task A_register_transaction_opens()
        => await OpensAsync(RegisterTransaction, new RegisterTransaction(Id(1), Then, "user", Handle, "alice", "Älice ✓"));

    [Fact]
    public async Task An_authenticate_transaction_opens()
        => await OpensAsync(AuthenticateTransaction, new AuthenticateTransaction(Id(3), Then, "user", Handle, "Alice"));

    [Fact]
    public async Task A_registration_handshake_opens() => await OpensAsync(
        RegistrationHandshake,
        new RegistrationHandshake(
            Id(4),
            Then,
            Id(1),
            Then.AddMinutes(1),
            "user",
            new(Many(5, 32)),
            "https://example.com",
            AuthenticatorAttachment.CrossPlatform,
            UserVerificationRequired: true,
            Conditional: true));

    [Fact]
    public async Task An_authentication_handshake_opens() => await OpensAsync(
        AuthenticationHandshake,
        new AuthenticationHandshake(
            Id(6), Then, Id(3), "user", Handle, new(Many(7, 32)), "https://example.com", UserVerificationRequired: true));

    [Fact]
    public async Task A_handshake_without_a_transaction_opens() => await OpensAsync(
        DiscoverableHandshake,
        new AuthenticationHandshake(Id(6), Then, null, null, null, new(Many(7, 32)), null, UserVerificationRequired: false));

    [Fact]
    public async Task A_nonce_opens() => await OpensAsync(
        Nonce,
        new Nonce(Id(8), Then, "user", new(Many(9, 16)), new(
            ProvenCeremony.ConditionalCreate,
            UserPresent: false,
            UserVerified: true,
            Activates: true,
            Then.AddMinutes(-5),
            "device",
            "https://example.com")));

    [Fact]
    public async Task A_nonce_that_says_nothing_of_what_was_proved_opens()
        => await OpensAsync(NonceWithoutProof, new Nonce(Id(8), Then, "user", new(Many(9, 16))));

    private async Task OpensAsync<T>(string ticket, T expected)
        where T : class, ITicket<T>
    {
        Assert.Equal(expected, await new Tickets(keys, ring.Time).OpenAsync<T>(App, ticket, default));

        // And is written as it was: version, id and expiry, then what the kind writes.
        var written = new TicketWriter();
        expected.Write(written);
        Assert.True(new TicketSeal(keys, ring.Time).TryOpen([T.Purpose, .. "a"u8], Base64Url.DecodeFromChars(ticket), out var content));
        Assert.Equal(content.AsSpan(1 + TicketId.Length + sizeof(long)), written.Written);
    }

    private static TicketId Id(byte each) => new(Many(each, TicketId.Length));

    private static byte[] Many(byte each, int count) => [.. Enumerable.Repeat(each, count)];

    private const string Key = """
        <key id="0f63f49e-f3f2-4314-9272-2d92ba94c8e2" version="1"><creationDate>2026-01-02T03:04:05.678Z</creationDate><activationDate>2026-01-02T03:04:05.678Z</activationDate><expirationDate>2026-04-02T03:04:05.678Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_GCM" /><!-- AES-GCM includes a 128-bit authentication tag, no extra validation algorithm required. --><encryptedSecret decryptorType="Microsoft.AspNetCore.DataProtection.XmlEncryption.NullXmlDecryptor, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60" xmlns="http://schemas.asp.net/2015/03/dataProtection"><unencryptedKey xmlns=""><!-- This key is not encrypted. --><masterKey p6:requiresEncryption="true" xmlns:p6="http://schemas.asp.net/2015/03/dataProtection"><!-- Warning: the key below is in an unencrypted form. --><value>Yev8Y3pr+1ViJZ7iQUhQiOd+//gUxI0YdfGYg/Upy6oD1jn5QA89oLbUsCIiPZlLH1yHo3S2eJ9YCjDLUoureA==</value></masterKey></unencryptedKey></encryptedSecret></descriptor></descriptor></key>
        """;

    private const string RegisterTransaction = """
        XJ70Yw_y8xRDknItkrqUyOIRUPtVxojBlZvVADWt9Ga1PyJNn4LIVa4SjAqJzMtm1JebUCDx2TL4cxz-E5X1N2s2WTo7N7HsrBeER3cYUEVblhSZEYswz9btCZfkjp7wOiIuM0zQgzPEdluU6QmOwJO7WiHSiiOnietyTvFULIy_jd6U7ul3AyOLcaMoU4ckZEL_5W5SgNnf89WK7mihXeQ5scWc6UzTi1aD_Bo66kETh74jQGp30UiKGn_6CPltg1DIPDpfcl_MoY6Z3nbn87WzfmY8OHjqczd9arCq_49h3oZ_ssv2FqIilWRu
        """;

    private const string AuthenticateTransaction = """
        XJ70Yw_y8xRDknItkrqUyOIRUPtVxojBlZvVADWt9Ga1PyJNn4LIVa4SjAqJzMtm1JebUCDx2TL4cxz-E5X1N2s2WTo7N7HsrBeER3cYUEVblhSZEYswz9btCZfksYu7HBXS8oJ3xPGQbeMLXG-6D_g_SWqVOKldGtvP2x8yVl1HfBdcGwZQ14gMGTOZQAG71Xj0JkicAev2h3GXMit7uXJxdHq0gT5_8-pYi_pppuzWkpAyan_iuULbhB7MAwLjnKVx5eK1CMFXwxdS47jLea9Zj8N-INCJq3Sx9ULj5VdS4A
        """;

    private const string RegistrationHandshake = """
        XJ70Yw_y8xRDknItkrqUyOIRUPtVxojBlZvVADWt9Ga1PyJNn4LIVa4SjAqJzMtm1JebUCDx2TL4cxz-E5X1N2s2WTo7N7HsrBeER3cYUEVblhSZEYswz9btCZfko25bg3GRBHcGZLoljfIdsm9gjtbHf_1a9IIG_-WobMd5UQ4N4p8urq_R5kceclXXjmTm5fV33Lc_ZH7_sFDXL5EYsf9v_Ro-0UjAilybGr4mMVMAlUOMzG5WpxcW8Wmd4sDIKGGk9xsOH1K--nZ0U4rk_YWirxmZkWbVKw0_o6YP4dwdE6uni8kKYNeTbTU
        """;

    private const string AuthenticationHandshake = """
        XJ70Yw_y8xRDknItkrqUyOIRUPtVxojBlZvVADWt9Ga1PyJNn4LIVa4SjAqJzMtm1JebUCDx2TL4cxz-E5X1N2s2WTo7N7HsrBeER3cYUEVblhSZEYswz9btCZfktFblrUrb2fByZXZigU1v5aTK7R__83TsmRrJBUkmt_aE4uaZ74v1XCAADF5kAVuEmN0nXUt9s5W_TCCI8wuylnDdQ7YLzwCXGozDXHQzaKfQbdSTw_kQPhBq8viLsR8iXeSGY_FLbXbkNQz1RukHCUi0Y1rvu0n9UVqHkvvR2dcRQToMEOi2QCEZcHyVXbMsUJRSZpE2H7dZVeWg3q92Y8SsKDo_yNEOT2JPl7GMisUmyk9t6EBO3btSJojZj1zBi0X9_HAY6y9q
        """;

    private const string DiscoverableHandshake = """
        XJ70Yw_y8xRDknItkrqUyOIRUPtVxojBlZvVADWt9Ga1PyJNn4LIVa4SjAqJzMtm1JebUCDx2TL4cxz-E5X1N2s2WTo7N7HsrBeER3cYUEVblhSZEYswz9btCZfkSLl9wW5iQJ6U0sO4NosgpMKhUu7g9p0s7TQLGfQ7FZ1TYnhC5juMaeVzrs5PfYokMz51-5mGrjy3Xl-Vl38B_jg-WcNT5L8mGDEYSGw0TKdCdJ-TmxOVn_FCO-M
        """;

    private const string Nonce = """
        XJ70Yw_y8xRDknItkrqUyOIRUPtVxojBlZvVADWt9Ga1PyJNn4LIVa4SjAqJzMtm1JebUCDx2TL4cxz-E5X1N2s2WTo7N7HsrBeER3cYUEVblhSZEYswz9btCZfkZJLIzm_uhpXNm1Yz_S_amCaq8PvBYmHBGqwnmz_Wto0eKyYl9KIq7iOaV4_XMBoRPS_gGf2AHR0bPv_sBS95YF7zZDoH5365o73xxYfJVZuY6LieXyiyTr3glDyVlOsL-xwdYR-FW7U4Cgv7J1fPoY0CMsZCrA
        """;

    private const string NonceWithoutProof = """
        XJ70Yw_y8xRDknItkrqUyOIRUPtVxojBlZvVADWt9Ga1PyJNn4LIVa4SjAqJzMtm1JebUCDx2TL4cxz-E5X1N2s2WTo7N7HsrBeER3cYUEVblhSZEYswz9btCZfksQPa9Gt7d9k8utTNAeMFdU-Pfff21QIshUuvfe_8J34ipZJ1L-78gynDgtMVoiy1RoNiB6Lz-BtIA-nQq-D1rsRLsfUV0uX3oG7dvvQ
        """;
}
