namespace OpenPassage.Flex.Tests;

/// <summary>What the READMEs show compiles as it stands, and does what they say against the real server.</summary>
public sealed class ReadmeTests(RealServer server) : IClassFixture<RealServer>, IDisposable
{
    private const string PackageReadme = "src/Flex/README.md";

    private readonly PassageFlex passage = server.NewClient();

    public static TheoryData<string, int> Samples()
    {
        var data = new TheoryData<string, int>();
        string[] files = ["README.md", PackageReadme, "docs/guides/moving-from-passage.md", "docs/guides/passkeys-done-well.md"];
        foreach (var file in files)
            for (var index = 0; index < ReadmeSample.In(file).Count; index++)
                data.Add(file, index);
        return data;
    }

    public void Dispose() => passage.Dispose();

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_sample_compiles(string file, int index) => Assert.NotNull(ReadmeSample.In(file)[index].Compile());

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Every_sample_runs(string file, int index)
    {
        Environment.SetEnvironmentVariable("PASSAGE_APP_ID", RealServer.AppId);
        Environment.SetEnvironmentVariable("PASSAGE_API_KEY", RealServer.ApiKey);
        var authenticator = await server.EnrolAsync(passage, "reader");

        await RunAsync(ReadmeSample.In(file)[index], "reader", await server.AuthenticateAsync(authenticator));
    }

    /// <summary>What the console shows for the backend of an app.</summary>
    [Fact]
    public void So_does_what_the_consoles_quick_start_shows()
    {
        var (usings, code) = ReadmeSample.QuickStart("shop", "https://login.example.com");

        Assert.NotNull(new ReadmeSample("QuickStartPage.razor", "C#", $$"""
            {{usings}}
            public static class QuickStart
            {
                public static async Task<string> RunAsync(string userId, string userName, string nonce)
                {
                    {{code}}
                    return transactionId + signedInAs;
                }
            }
            """).CompileFile());
    }

    [Fact]
    public void The_repositorys_README_shows_the_packages_samples_word_for_word()
    {
        var shown = ReadmeSample.In("README.md").ToDictionary(sample => sample.Heading, sample => sample.Code, StringComparer.Ordinal);

        Assert.All(ReadmeSample.In(PackageReadme), sample => Assert.Equal(sample.Code, shown[sample.Heading]));
    }

    [Fact]
    public async Task Creating_a_client_takes_two_environment_variables()
    {
        Environment.SetEnvironmentVariable("PASSAGE_APP_ID", RealServer.AppId);
        Environment.SetEnvironmentVariable("PASSAGE_API_KEY", RealServer.ApiKey);

        using var made = Assert.IsType<PassageFlex>((await RunAsync(Sample("Create the client"), "", "", "passage")).Result);

        Assert.NotEmpty(await made.Auth.CreateRegisterTransactionAsync("made", "Made"));
    }

    [Fact]
    public async Task Creating_a_register_transaction_lets_the_page_add_a_passkey()
    {
        var (transactionId, _) = await RunAsync(Sample("Create a register transaction"), "registering", "", "transactionId");

        var nonce = await server.RegisterAsync(new(), Assert.IsType<string>(transactionId));

        Assert.Equal("registering", await passage.Auth.VerifyNonceAsync(nonce));
    }

    [Fact]
    public async Task Creating_an_authenticate_transaction_lets_the_page_sign_in()
    {
        var authenticator = await server.EnrolAsync(passage, "authenticating");

        var (transactionId, _) = await RunAsync(Sample("Create an authenticate transaction"), "authenticating", "", "transactionId");

        var nonce = await server.AuthenticateAsync(authenticator, Assert.IsType<string>(transactionId));
        Assert.Equal("authenticating", await passage.Auth.VerifyNonceAsync(nonce));
    }

    [Fact]
    public async Task Creating_an_authenticate_transaction_falls_back_to_the_password()
    {
        var (transactionId, output) = await RunAsync(Sample("Create an authenticate transaction"), "a stranger", "", "transactionId");

        Assert.Null(transactionId);
        Assert.Contains("ask for the password", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verifying_a_nonce_has_two_outcomes()
    {
        var nonce = await server.AuthenticateAsync(await server.EnrolAsync(passage, "verified"));

        Assert.Equal(("verified", "Signed in as verified.\n"), await RunAsync(Sample("Verify a nonce"), "", nonce, "signedInAs"));
        Assert.Equal(
            (null, "Not signed in: the nonce is wrong, spent or expired.\n"),
            await RunAsync(Sample("Verify a nonce"), "", nonce, "signedInAs"));
    }

    [Fact]
    public async Task Getting_a_user_prints_the_devices()
    {
        await server.EnrolAsync(passage, "printed");

        var (_, output) = await RunAsync(Sample("Get a user"), "printed", "");

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal("printed is Active, signed in 0 times, last never", lines[0]);
        Assert.Contains(", added 20", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listing_devices_prints_usage_counts()
    {
        await server.AuthenticateAsync(await server.EnrolAsync(passage, "used"));
        await server.EnrolAsync(passage, "used");

        var (_, output) = await RunAsync(Sample("List devices"), "used", "");

        var uses = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ")[1]);
        Assert.Equal(["used 0 times", "used 1 times"], uses.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Revoking_takes_the_devices_not_used_in_the_last_year()
    {
        await server.EnrolAsync(passage, "spring clean");
        server.Tamper(
            "UPDATE passkeys SET created_at = 1 WHERE user_id = (SELECT user_id FROM users WHERE external_id = @external_id)",
            "spring clean");
        await server.EnrolAsync(passage, "spring clean");
        var kept = (await passage.User.ListDevicesAsync("spring clean")).MaxBy(device => device.CreatedAt);

        await RunAsync(Sample("Revoke every device not used in the last year"), "spring clean", "");

        Assert.Equal(kept!.Id, Assert.Single(await passage.User.ListDevicesAsync("spring clean")).Id);
    }

    [Fact]
    public async Task Ones_own_tests_replace_the_SDK_with_a_class_of_their_own()
    {
        var shown = ReadmeSample.All(PackageReadme).Single(sample => sample.Heading == "In your own tests");

        using var standIn = (PassageFlex)Activator.CreateInstance(shown.CompileFile().GetType("PassageStandIn")!)!;

        Assert.Equal("ada", await standIn.Auth.VerifyNonceAsync("nonce of ada"));
        var refusal = await Assert.ThrowsAnyAsync<PassageFlexException>(() => standIn.Auth.VerifyNonceAsync("another"));
        Assert.Equal(PassageErrorCode.InvalidNonce, Assert.IsType<PassageException>(refusal).Code);
        await Assert.ThrowsAsync<NotSupportedException>(() => standIn.Auth.VerifyCeremonyAsync("nonce of ada"));
        await Assert.ThrowsAsync<NotSupportedException>(() => standIn.User.GetAsync("ada"));
    }

    private static ReadmeSample Sample(string heading) => ReadmeSample.In(PackageReadme).Single(sample => sample.Heading == heading);

    private Task<(object? Result, string Output)> RunAsync(ReadmeSample sample, string externalId, string nonce, string? result = null) =>
        sample.RunAsync(passage, server.Options, externalId, nonce, result);
}
