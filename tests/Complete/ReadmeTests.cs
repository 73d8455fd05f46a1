using System.Text.RegularExpressions;

namespace OpenPassage.Complete.Tests;

/// <summary>What the SDK's README shows compiles as it stands, and does what it says against the real server.</summary>
public sealed partial class ReadmeTests(CompleteServer server) : IClassFixture<CompleteServer>, IDisposable
{
    private const string Fields = """
        public static Passage passage = null!; public static PassageOptions options = null!; public static string jwt = "";
            public static string userId = ""; public static TextWriter Console = null!;
        """;

    private static readonly IReadOnlyList<string> Samples = Readme.Samples("Complete");

    private readonly Passage passage = server.NewClient();
    private readonly CompletePage page = server.NewPage();

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Samples.Count)];

    public void Dispose()
    {
        passage.Dispose();
        page.Dispose();
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_sample_compiles(int number) => Assert.NotNull(Compile(Samples[number]));

    [Fact]
    public async Task Creating_a_client_takes_two_environment_variables()
    {
        Environment.SetEnvironmentVariable("PASSAGE_APP_ID", CompleteServer.AppId);
        Environment.SetEnvironmentVariable("PASSAGE_API_KEY", CompleteServer.ApiKey);
        var token = await page.RegisterAsync("client@example.com");

        // A reader's server is where a client looks for it by default; this one is not.
        var sample = Sample("new Passage(").Replace("API_KEY\")!)", "API_KEY\")!, options)", StringComparison.Ordinal);
        var (made, _) = await RunAsync(sample, result: "passage");

        using var client = Assert.IsType<Passage>(made);
        Assert.True((await client.User.GetAsync(await client.Auth.ValidateJwtAsync(token))).WebAuthn);
    }

    [Fact]
    public async Task Validating_a_token_has_two_outcomes()
    {
        var token = await page.RegisterAsync("validated@example.com");
        var id = await passage.Auth.ValidateJwtAsync(token);

        Assert.Equal((id, $"This is {id}.\n"), await RunAsync(Sample("ValidateJwtAsync"), token, result: "userId"));
        var (nobody, output) = await RunAsync(Sample("ValidateJwtAsync"), "bent", result: "userId");
        Assert.Null(nobody);
        Assert.StartsWith("Answer 401: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_tells_how_and_when()
    {
        var token = await page.RegisterAsync("telling@example.com");
        var validated = await passage.Auth.ValidateTokenAsync(token);

        var (_, output) = await RunAsync(Sample("ValidateTokenAsync"), token);

        Assert.Equal($"{validated.UserId}, session {validated.SessionId}, recent: True, bound to a device: True\n", output);
    }

    [Fact]
    public async Task Getting_a_user_prints_the_devices()
    {
        var id = await passage.Auth.ValidateJwtAsync(await page.RegisterAsync("printed@example.com"));

        var (_, output) = await RunAsync(Sample("User.GetAsync"), userId: id);

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("printed@example.com is Active, signed in 1 times, last 20", lines[0], StringComparison.Ordinal);
        Assert.Contains(", added 20", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_is_created_changed_and_deactivated()
    {
        var (made, _) = await RunAsync(Sample("CreateAsync"), result: "user");
        var id = Assert.IsType<PassageUser>(made).Id;
        Assert.Equal("pro", (await passage.User.GetByIdentifierAsync("ada@example.com")).UserMetadata?.GetProperty("plan").GetString());

        await RunAsync(Sample("UpdateAsync"), userId: id);
        await RunAsync(Sample("DeactivateAsync"), userId: id);

        var user = await passage.User.GetAsync(id);
        Assert.Equal(("free", PassageUserStatus.Inactive), (user.UserMetadata?.GetProperty("plan").GetString(), user.Status));
    }

    [Fact]
    public async Task Revoking_takes_the_devices_not_used_in_the_last_year()
    {
        var id = await passage.Auth.ValidateJwtAsync(await page.RegisterAsync("tidy@example.com"));

        await RunAsync(Sample("AddYears"), userId: id);

        Assert.Single(await passage.User.ListDevicesAsync(id));
    }

    /// <summary>The table of codes is the enum's, name for name.</summary>
    [Fact]
    public void Every_code_is_listed()
    {
        var table = Readme.Text("Complete").Split("| `Code` | when |")[1];
        var listed = Codes().Matches(table).SelectMany(match => match.Groups["code"].Captures.Select(code => code.Value));

        Assert.Equal(Enum.GetNames<PassageErrorCode>().Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static string Sample(string with) => Assert.Single(
        Samples, sample => sample.Contains(with, StringComparison.Ordinal) && !sample.Contains("class ", StringComparison.Ordinal));

    private static System.Reflection.Assembly Compile(string code, string result = "null") =>
        code.Contains("class ", StringComparison.Ordinal)
            ? Readme.Compile(code)
            : Readme.Compile(Readme.InMethod(code, Fields, result), usings: "global using OpenPassage.Complete;");

    private async Task<(object? Result, string Output)> RunAsync(string code, string jwt = "", string userId = "", string result = "null")
    {
        var sample = Compile(code, result).GetType("Sample")!;
        using var console = new StringWriter { NewLine = "\n" };
        foreach (var (name, value) in new (string, object)[]
            { ("passage", passage), ("options", server.NewOptions()), ("jwt", jwt), ("userId", userId), ("Console", console) })
            sample.GetField(name)!.SetValue(obj: null, value);
        var returned = await (Task<object?>)sample.GetMethod("RunAsync")!.Invoke(obj: null, parameters: null)!;
        return (returned, console.ToString());
    }

    [GeneratedRegex(
        @"^\| `(?<code>[A-Z][A-Za-z]+)`(, `(?<code>[A-Z][A-Za-z]+)`)* \| ",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Codes();
}
