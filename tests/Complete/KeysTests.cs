namespace OpenPassage.Complete.Tests;

/// <summary>When the app's keys are fetched, and how long they are believed.</summary>
public sealed class KeysTests : IAsyncLifetime
{
    private const int Many = 64;

    private static readonly TokenKey Next = TokenKey.New("next");

    private readonly FakeTime time = new();
    private KeyServer server = null!;
    private Passage passage = null!;

    public async ValueTask InitializeAsync()
    {
        server = await KeyServer.StartAsync(TokenMaker.Right);
        passage = server.NewClient(time);
    }

    public async ValueTask DisposeAsync()
    {
        passage.Dispose();
        await server.DisposeAsync();
    }

    private string Token(TokenKey? by = null) => new TokenMaker(by ?? TokenMaker.Right, time).Make();

    private Task<string> ValidateAsync(TokenKey? by = null) => passage.Auth.ValidateJwtAsync(Token(by));

    private async Task RefusedAsync(TokenKey by)
    {
        var refused = await Assert.ThrowsAsync<PassageException>(() => ValidateAsync(by));
        Assert.Equal(PassageErrorCode.InvalidToken, refused.Code);
    }

    [Fact]
    public async Task Many_callers_cause_one_request()
    {
        var hold = new TaskCompletionSource();
        server.Hold = hold.Task;
        var callers = Enumerable.Range(0, Many).Select(_ => ValidateAsync()).ToList();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.All(callers, caller => Assert.False(caller.IsCompleted));

        hold.SetResult();

        Assert.All(await Task.WhenAll(callers), user => Assert.Equal("user-of-the-shop", user));
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task A_rotation_while_many_validate_refuses_no_good_token_and_takes_one_request()
    {
        await ValidateAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        var (validated, rotated) = (0, new TaskCompletionSource());
        var callers = Enumerable.Range(0, Many).Select(caller => Task.Run(async () =>
        {
            for (var turn = 0; turn < 20; turn++)
            {
                // Half of them are already signed with the new key when the SDK has never heard of it.
                await ValidateAsync(turn >= 10 && caller % 2 == 0 ? Next : TokenMaker.Right);
                Interlocked.Increment(ref validated);
                if (turn == 9)
                    await rotated.Task;
            }
        })).ToList();
        server.Keys[Next.Kid] = Next;
        rotated.SetResult();

        await Task.WhenAll(callers);

        Assert.Equal(Many * 20, validated);
        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task Strangers_keys_cause_one_request_in_half_a_minute()
    {
        await ValidateAsync();
        time.Advance(TimeSpan.FromSeconds(31));
        for (var stranger = 0; stranger < Many; stranger++)
            await RefusedAsync(TokenMaker.Thiefs with { Kid = $"stranger-{stranger}" });
        Assert.Equal(2, server.Requests);

        time.Advance(TimeSpan.FromSeconds(29));
        await RefusedAsync(TokenMaker.Thiefs);
        Assert.Equal(2, server.Requests);

        time.Advance(TimeSpan.FromSeconds(2));
        await RefusedAsync(TokenMaker.Thiefs);
        await ValidateAsync();
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task A_withdrawn_key_is_believed_for_five_minutes_while_tokens_arrive()
    {
        await ValidateAsync();
        server.Keys.Clear();
        server.Keys[Next.Kid] = Next;
        time.Advance(TimeSpan.FromMinutes(5));

        // Nobody waits for the renewal, so this one passes.
        await ValidateAsync();

        await EventuallyAsync(async () => await RefusedOrNotAsync() is PassageException { Code: PassageErrorCode.InvalidToken });
        Assert.Equal(2, server.Requests);
        await ValidateAsync(Next);
    }

    [Fact]
    public async Task Keys_that_are_known_are_believed_for_a_day_while_the_server_is_away()
    {
        await ValidateAsync();
        server.Status = 503;
        for (var hour = 0; hour < 23; hour++)
        {
            time.Advance(TimeSpan.FromHours(1));
            Assert.Equal("user-of-the-shop", await ValidateAsync());
        }

        time.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<PassageConnectionException>(() => ValidateAsync());

        server.Status = 200;
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("user-of-the-shop", await ValidateAsync());
    }

    [Fact]
    public async Task While_the_server_is_away_nothing_is_known_of_a_key_and_nobody_refused_for_it()
    {
        await ValidateAsync();
        server.Status = 503;
        time.Advance(TimeSpan.FromSeconds(31));

        await Assert.ThrowsAsync<PassageConnectionException>(() => ValidateAsync(Next));

        Assert.Equal("user-of-the-shop", await ValidateAsync());
    }

    [Fact]
    public async Task A_server_that_is_away_is_not_asked_by_every_caller()
    {
        server.Status = 503;
        for (var caller = 0; caller < Many; caller++)
            await Assert.ThrowsAsync<PassageConnectionException>(() => ValidateAsync());
        // One call, which the SDK repeats twice.
        Assert.Equal(3, server.Requests);

        server.Status = 200;
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("user-of-the-shop", await ValidateAsync());
    }

    [Fact]
    public async Task A_caller_who_cancels_leaves_the_others_their_answer()
    {
        var hold = new TaskCompletionSource();
        server.Hold = hold.Task;
        using var cancelled = new CancellationTokenSource();
        var first = passage.Auth.ValidateJwtAsync(Token(), cancelled.Token);
        var second = ValidateAsync();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        hold.SetResult();

        Assert.Equal("user-of-the-shop", await second);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Nothing_of_the_first_callers_goes_along_with_the_request()
    {
        using var activity = new System.Diagnostics.Activity("the first caller").Start();
        await ValidateAsync();
        Assert.DoesNotContain(
            activity.TraceId.ToHexString(), server.Seen.Single().Headers.TraceParent.ToString(), StringComparison.Ordinal);

        time.Advance(TimeSpan.FromSeconds(31));
        Task unflowing;
        using (ExecutionContext.SuppressFlow())
            unflowing = RefusedAsync(Next);
        await unflowing;
        Assert.Equal(2, server.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>hello</html>")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[null,{"kty":"oct","kid":"right0000000000000000000","k":"AAAA"}]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"right0000000000000000000","n":"AQAB","e":"AQAB","alg":"RS256","use":"sig"}]}""")]
    public async Task An_answer_without_a_key_that_signs_tokens_is_not_Passages(string answer)
    {
        await using var other = await StandIn.AnsweringAsync(200, answer);
        using var client = new Passage("shop", new PassageOptions { BaseAddress = other.Address, TimeProvider = time });

        await Assert.ThrowsAsync<PassageProtocolException>(() => client.Auth.ValidateJwtAsync(Token()));
    }

    [Fact]
    public async Task An_app_that_the_server_does_not_know_is_told_apart_from_a_bad_token()
    {
        await using var other = await StandIn.AnsweringAsync(404, """{"code":"app_not_found","error":"There is no such app."}""");
        using var client = new Passage("shop", new PassageOptions { BaseAddress = other.Address, TimeProvider = time });

        var refused = await Assert.ThrowsAsync<PassageException>(() => client.Auth.ValidateJwtAsync(Token()));

        Assert.Equal(PassageErrorCode.AppNotFound, refused.Code);
    }

    private async Task<Exception?> RefusedOrNotAsync() => await Record.ExceptionAsync(() => ValidateAsync());

    private static async Task EventuallyAsync(Func<Task<bool>> isSo)
    {
        for (var attempt = 0; attempt < 200 && !await isSo(); attempt++)
            await Task.Delay(25);
        Assert.True(await isSo());
    }
}
