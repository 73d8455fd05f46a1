using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using OpenPassage.Flex.Tests;

namespace OpenPassage.Flex.AspNetCore.Tests;

/// <summary>What the README shows compiles as it stands; what is a program runs and signs in.</summary>
public sealed partial class ReadmeTests(RealServer server) : IClassFixture<RealServer>
{
    private const string WebUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;
        global using System.Threading; global using System.Threading.Tasks; global using System.Net.Http.Json;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    private static readonly string[] Samples = [.. CSharp().Matches(Text()).Select(match => match.Groups["code"].Value)];

    [Fact]
    public async Task The_first_sample_is_a_program_that_signs_in_with_a_passkey()
    {
        var port = Ports.Free();
        var program = System.Reflection.Assembly.Load(Compile(Samples[0], OutputKind.ConsoleApplication));
        string[] arguments =
        [
            $"--urls=http://localhost:{port}", $"--Passage:AppId={RealServer.AppId}", $"--Passage:ApiKey={RealServer.ApiKey}",
            $"--Passage:BaseAddress={server.Options.BaseAddress}", "--Logging:LogLevel:Default=None",
        ];
        // It runs until the tests end, as a site does.
        var site = Task.Factory.StartNew(() => program.EntryPoint!.Invoke(obj: null, [arguments]), TaskCreationOptions.LongRunning);
        await ListeningAsync(port, site);
        using var passage = server.NewClient();
        var authenticator = await server.EnrolAsync(passage, "reader");
        using var visitor = new Visitor(new Uri($"http://localhost:{port}"));

        var signedIn = await visitor.CallAsync("POST", "sign-in/finish", new { nonce = await server.AuthenticateAsync(authenticator) });

        signedIn.Expect(200);
        Assert.Single((await visitor.CallAsync("GET", "")).Expect(200).Json["passkeys"]!.AsArray());
        (await visitor.CallAsync("POST", "register/begin")).Expect(200);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_lines_for_Identity_compile(int sample)
    {
        Assert.Equal(3, Samples.Length);
        Assert.NotEmpty(Compile($$"""
            using Microsoft.AspNetCore.Identity; using Microsoft.AspNetCore.Identity.UI.Services; using OpenPassage.Flex.AspNetCore;
            public static class Sample { public static void Run(WebApplication app) { {{Samples[sample]}} } }
            """, OutputKind.DynamicallyLinkedLibrary));
    }

    /// <summary>The table of codes is the code's, word for word.</summary>
    [Fact]
    public void Every_refusal_is_listed_with_its_status()
    {
        var listed = Codes().Matches(Text()).Select(match => (match.Groups["code"].Value, int.Parse(match.Groups["status"].Value)));
        var refusals = typeof(Refusal).GetFields().Where(field => field.IsStatic).Select(field => (Refusal)field.GetValue(obj: null)!)
            .Append(Refusal.SignInRefused("…")).Select(refusal => (refusal.Code, refusal.Status));

        Assert.Equal(refusals.Order(), listed.Order());
    }

    private static byte[] Compile(string code, OutputKind kind)
    {
        var compilation = CSharpCompilation.Create(
            $"Sample{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(WebUsings), CSharpSyntaxTree.ParseText(code)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(kind).WithNullableContextOptions(NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return image.ToArray();
    }

    private static async Task ListeningAsync(int port, Task site)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (site.IsFaulted)
                await site;
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync("localhost", port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }
        Assert.Fail("The sample does not listen.");
    }

    private static string Text()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OpenPassage.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        return File.ReadAllText(Path.Combine(folder.FullName, "src", "Flex.AspNetCore", "README.md"));
    }

    [GeneratedRegex(
        "^```csharp\n(?<code>.*?)^```",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex CSharp();

    [GeneratedRegex(
        @"^\| `(?<code>[a-z_]+)` \| (?<status>\d{3}) \|",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Codes();
}
