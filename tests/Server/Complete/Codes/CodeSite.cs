using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using OpenPassage.Server.Complete.Messages;

namespace OpenPassage.Server.Tests.Complete.Codes;

/// <summary>An app with codes. Messages stay in the outbox, where tests read them.</summary>
public class CodeSite : CompleteSite
{
    protected override IEnumerable<string> AppSettings => ["Methods:Otp=true"];

    protected override void Configure(WebApplicationBuilder builder)
        => builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(Sending)));

    /// <summary>Calls from another machine, such as <c>127.0.0.2</c>.</summary>
    public HttpClient From(string address) => new Place(this, address).Http;
}

/// <summary>The calls of codes.</summary>
internal static class CodeCalls
{
    public static Task<Reply> AskAsync(this Visitor visitor, string identifier, string? language = null)
        => visitor.PostAsync("login/otp", new JsonObject { ["identifier"] = identifier, ["language"] = language });

    public static Task<Reply> RegisterAsync(this Visitor visitor, string identifier)
        => visitor.PostAsync("register/otp", new JsonObject { ["identifier"] = identifier });

    public static Task<Reply> EnterAsync(this Visitor visitor, string otpId, string code)
        => visitor.PostAsync("otp/activate", new JsonObject { ["otp"] = code, ["otp_id"] = otpId });

    public static Task<Reply> EnterAsync(this Visitor visitor, Reply sent, string code) => visitor.EnterAsync(sent["otp_id"]!, code);

    /// <summary>A code that is not this one.</summary>
    public static string Wrong(string code, int which = 1)
        => ((int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) + which) % 1_000_000)
            .ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
}
