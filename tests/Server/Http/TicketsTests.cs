using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Tests.Http;

public sealed class TicketsTests : IAsyncLifetime
{
    private static readonly AppId A = new("a");
    private static readonly AppId B = new("b");
    private static readonly UserHandle Handle = UserHandle.Create();

    private RingFixture ring = null!;
    private Tickets tickets = null!;

    private FakeTime Time => ring.Time;

    public async ValueTask InitializeAsync() => tickets = await NodeAsync(ring = await RingFixture.CreateAsync());

    public ValueTask DisposeAsync() => ring.DisposeAsync();

    [Fact]
    public void A_register_transaction_opens_as_it_was_sealed()
    {
        var sealedOne = new RegisterTransaction(TicketId.Create(), Time.GetUtcNow().AddMinutes(5), "user", Handle, "älice \u0000 ✓", "");
        Assert.True(tickets.TryOpen(A, tickets.Seal(A, sealedOne), out RegisterTransaction? opened));
        Assert.Equal(sealedOne, opened);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData("Ada", true)]
    public void An_authenticate_transaction_opens_as_it_was_sealed(string? name, bool recognized)
    {
        var sealedOne = Transaction() with { PasskeyDisplayName = name, Recognized = recognized };
        Assert.True(tickets.TryOpen(A, tickets.Seal(A, sealedOne), out AuthenticateTransaction? opened));
        Assert.Equal(sealedOne, opened);
    }

    [Theory]
    [InlineData(null, null, true, false)]
    [InlineData("https://login.example.com", AuthenticatorAttachment.CrossPlatform, false, true)]
    [InlineData(null, AuthenticatorAttachment.Platform, true, true)]
    public void A_registration_handshake_opens_as_it_was_sealed(
        string? origin, AuthenticatorAttachment? attachment, bool verification, bool conditional)
    {
        var sealedOne = new RegistrationHandshake(
            TicketId.Create(),
            Time.GetUtcNow().AddMinutes(5),
            TicketId.Create(),
            Time.GetUtcNow().AddMinutes(4),
            "user",
            Challenge.Create(),
            origin,
            attachment,
            verification,
            conditional);
        Assert.True(tickets.TryOpen(A, tickets.Seal(A, sealedOne), out RegistrationHandshake? opened));
        Assert.Equal(sealedOne, opened);
    }

    [Theory]
    [InlineData(true, "user", "https://example.com", true)]
    [InlineData(false, null, null, false)]
    public void An_authentication_handshake_opens_as_it_was_sealed(bool named, string? userId, string? origin, bool verification)
    {
        var sealedOne = new AuthenticationHandshake(
            TicketId.Create(),
            Time.GetUtcNow().AddMinutes(5),
            named ? TicketId.Create() : null,
            userId,
            named ? Handle : null,
            Challenge.Create(),
            origin,
            verification);
        Assert.True(tickets.TryOpen(A, tickets.Seal(A, sealedOne), out AuthenticationHandshake? opened));
        Assert.Equal(sealedOne, opened);
    }

    [Fact]
    public void A_nonce_opens_as_it_was_sealed_with_the_longest_credential_id()
    {
        var sealedOne = new Nonce(TicketId.Create(), Time.GetUtcNow().AddMinutes(2), "user", new(new byte[CredentialId.MaxLength]));
        Assert.True(tickets.TryOpen(A, tickets.Seal(A, sealedOne), out Nonce? opened));
        Assert.Equal(sealedOne, opened);
    }

    [Fact]
    public void A_nonce_says_what_was_proved_as_it_was_sealed()
    {
        var proof = new Proof(
            ProvenCeremony.ConditionalCreate, UserPresent: false, UserVerified: true, Activates: true, Time.GetUtcNow(), "device",
            "https://example.com");
        var sealedOne = new Nonce(TicketId.Create(), Time.GetUtcNow().AddMinutes(2), "user", new([1]), proof);

        Assert.True(tickets.TryOpen(A, tickets.Seal(A, sealedOne), out Nonce? opened));
        Assert.Equal(sealedOne, opened);
    }

    /// <summary>Threats 5 and 39.</summary>
    [Fact]
    public void A_ticket_of_another_app_does_not_open()
    {
        Assert.False(tickets.TryOpen(B, tickets.Seal(A, Transaction()), out AuthenticateTransaction? opened));
        Assert.Null(opened);
    }

    /// <summary>Threats 5 and 39.</summary>
    [Fact]
    public void A_ticket_of_another_kind_does_not_open()
    {
        var transaction = tickets.Seal(A, Transaction());
        var nonce = tickets.Seal(A, new Nonce(TicketId.Create(), Time.GetUtcNow().AddMinutes(2), "user", new([1])));

        Assert.False(tickets.TryOpen(A, transaction, out RegisterTransaction? _));
        Assert.False(tickets.TryOpen(A, transaction, out RegistrationHandshake? _));
        Assert.False(tickets.TryOpen(A, transaction, out AuthenticationHandshake? _));
        Assert.False(tickets.TryOpen(A, transaction, out Nonce? _));
        Assert.False(tickets.TryOpen(A, nonce, out AuthenticateTransaction? _));
    }

    [Fact]
    public void No_two_kinds_have_one_purpose()
    {
        var kinds = AppDomain.CurrentDomain.GetAssemblies()
            .Where(assembly => assembly.GetName().Name!.StartsWith(nameof(OpenPassage), StringComparison.Ordinal))
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetInterfaces().Any(of => of.IsGenericType && of.GetGenericTypeDefinition() == typeof(ITicket<>)))
            .ToList();
        var purposes = kinds.ConvertAll(kind => kind.GetProperty(nameof(Nonce.Purpose))!.GetValue(null));

        Assert.Contains(typeof(Nonce), kinds);
        Assert.Equal(purposes.Distinct(), purposes);
    }

    [Fact]
    public async Task A_ticket_sealed_with_other_keys_does_not_open()
    {
        await using var others = await RingFixture.CreateAsync();
        var ticket = (await NodeAsync(others)).Seal(A, Transaction());
        Assert.False(tickets.TryOpen(A, ticket, out AuthenticateTransaction? _));
        Assert.Null(await tickets.OpenAsync<AuthenticateTransaction>(A, ticket, default));
    }

    [Fact]
    public async Task A_ticket_of_each_kind_opens_on_a_node_that_has_not_read_its_key()
    {
        await ring.LoseAllAsync();
        var young = await NodeAsync(ring);
        var (id, then) = (TicketId.Create(), Time.GetUtcNow().AddMinutes(2));
        var register = new RegisterTransaction(id, then, "user", Handle, "alice", "Alice");
        var registration = new RegistrationHandshake(id, then, id, then, "user", Challenge.Create(), null, null, true);
        var authentication = new AuthenticationHandshake(id, then, null, null, null, Challenge.Create(), null, true);
        var nonce = new Nonce(id, then, "user", new(new byte[16]));
        var transaction = Transaction();

        Assert.Equal(register, await (await OldAsync()).OpenAsync<RegisterTransaction>(A, young.Seal(A, register), default));
        Assert.Equal(transaction, await (await OldAsync()).OpenAsync<AuthenticateTransaction>(A, young.Seal(A, transaction), default));
        Assert.Equal(registration, await (await OldAsync()).OpenAsync<RegistrationHandshake>(A, young.Seal(A, registration), default));
        Assert.Equal(
            authentication, await (await OldAsync()).OpenAsync<AuthenticationHandshake>(A, young.Seal(A, authentication), default));
        Assert.Equal(nonce, await (await OldAsync()).OpenAsync<Nonce>(A, young.Seal(A, nonce), default));
    }

    /// <summary>A node that read its ring before the keys that are kept now were made.</summary>
    private async Task<Tickets> OldAsync()
    {
        var kept = await ring.Kept.ReadAsync(default);
        await ring.LoseAllAsync();
        var old = await NodeAsync(ring);
        await ring.LoseAllAsync();
        foreach (var xml in kept)
            await ring.Kept.AddAsync($"again-{Guid.NewGuid():N}", xml, default);
        return old;
    }

    /// <summary>Threats 7 and 39.</summary>
    [Fact]
    public void A_ticket_opens_until_it_expires_and_not_then()
    {
        var ticket = tickets.Seal(A, Transaction());
        Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.True(tickets.TryOpen(A, ticket, out AuthenticateTransaction? _));
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(tickets.TryOpen(A, ticket, out AuthenticateTransaction? _));
    }

    [Fact]
    public void Lifetimes_are_those_of_the_options()
    {
        var now = Time.GetUtcNow();
        var lifetimes = new Lifetimes(Time, Options.Create(new OpenPassageOptions()));
        Assert.Equal(now.AddMinutes(5), lifetimes.TransactionExpiry);
        Assert.Equal(now.AddMinutes(5), lifetimes.HandshakeExpiry);
        Assert.Equal(now.AddMinutes(60), lifetimes.ConditionalHandshakeExpiry);
        Assert.Equal(now.AddMinutes(2), lifetimes.NonceExpiry);
    }

    [Fact]
    public void A_ticket_with_any_bit_of_any_byte_changed_does_not_open()
    {
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(tickets.Seal(A, Transaction()));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(
                tickets.TryOpen(A, System.Buffers.Text.Base64Url.EncodeToString(bytes), out AuthenticateTransaction? _), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(tickets.TryOpen(A, System.Buffers.Text.Base64Url.EncodeToString(bytes), out AuthenticateTransaction? _));
    }

    [Fact]
    public void A_ticket_cut_anywhere_does_not_open()
    {
        var ticket = tickets.Seal(A, Transaction());
        for (var length = 0; length < ticket.Length; length++)
            Assert.False(tickets.TryOpen(A, ticket[..length], out AuthenticateTransaction? _), $"{length} characters");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not base64url!")]
    [InlineData("====")]
    [InlineData("ÿÿÿÿ")]
    [InlineData("AAAA")]
    public void What_is_no_ticket_does_not_open(string? text) => Assert.False(tickets.TryOpen(A, text, out Nonce? _));

    [Fact]
    public void A_mebibyte_is_refused_without_reading_it()
    {
        var text = new string('A', 1 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();

        for (var i = 0; i < 1000; i++)
            Assert.False(tickets.TryOpen(A, text, out Nonce? _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_ticket_too_long_to_be_read_back_is_not_sealed()
        => Assert.Throws<ArgumentException>(() => tickets.Seal(
            A, new RegisterTransaction(TicketId.Create(), Time.GetUtcNow().AddMinutes(5), "user", Handle, new string('x', 7000), "name")));

    [Fact]
    public void A_ticket_shows_nothing_of_what_it_holds()
    {
        var ticket = tickets.Seal(
            A,
            new RegisterTransaction(TicketId.Create(), Time.GetUtcNow().AddMinutes(5), "user", Handle, "alice@example.com", "Alice"));
        Assert.DoesNotContain(
            "alice",
            System.Text.Encoding.Latin1.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(ticket)),
            StringComparison.OrdinalIgnoreCase);
    }

    private AuthenticateTransaction Transaction()
        => new(TicketId.Create(), Time.GetUtcNow().AddMinutes(5), "user", Handle, PasskeyDisplayName: null);

    private static async Task<Tickets> NodeAsync(RingFixture ring)
        => new(await ring.NodeAsync(), ring.Time);
}
