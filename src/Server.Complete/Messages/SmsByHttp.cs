using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fluid;
using Fluid.Values;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>Text messages: each is one HTTP request, as the settings describe it.</summary>
internal sealed class SmsByHttp(
    Templates templates, ReachableNumbers numbers, IHttpClientFactory clients, IOptions<OpenPassageCompleteOptions> options) : ICarrier
{
    /// <summary>The name of the client.</summary>
    public const string Client = "OpenPassage.Sms";

    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";
    private const int MostOfAnswer = 16 * 1024;

    private readonly SmsRequest request = SmsRequest.Of(options.Value.Sms);

    public string Channel => IdentifierKind.Phone;

    public int AtOnce => 16;

    public async Task<HandOver> CarryAsync(App app, string id, Message message, CancellationToken cancellationToken)
    {
        // The country may have been taken off the list since.
        if (numbers.WhyNot(message.To) is not null)
            return HandOver.Refused("The settings allow no messages to this number.");
        if (await templates.WriteSmsAsync(app, message) is not { } text)
            return HandOver.Refused($"It is longer than {Templates.MaxSms} characters: the address that links lead to is too long.");
        try
        {
            using var post = await request.MakeAsync(message.To.Value, text, id);
            using var answer = await clients.CreateClient(Client)
                .SendAsync(post, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return await JudgeAsync(answer, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or Polly.ExecutionRejectedException)
        {
            return HandOver.Away(e is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error }
                ? $"The provider cannot be reached: {error}."
                : "The provider cannot be reached.");
        }
    }

    public ValueTask RestAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private static async Task<HandOver> JudgeAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
            return HandOver.Sent;
        var why = $"The provider answered {(int)answer.StatusCode}{await CodeInAsync(answer, cancellationToken)}.";
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
                => HandOver.Away($"{why} Check OpenPassage:Sms."),
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout => HandOver.Postponed(why),
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => HandOver.Refused(why),
            // A redirect is not followed: the settings name the address.
            < HttpStatusCode.BadRequest => HandOver.Away($"{why} Check OpenPassage:Sms:Url."),
            _ => HandOver.Postponed(why),
        };
    }

    // Twilio's own number for what is wrong, and that of others who answer like it. Their sentences hold the receiver's number.
    private static async Task<string> CodeInAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var bytes = new byte[MostOfAnswer];
            var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            using var read = JsonDocument.Parse(bytes.AsMemory(0, length));
            return read.RootElement.ValueKind == JsonValueKind.Object && read.RootElement.TryGetProperty("code", out var code)
                && code.TryGetInt32(out var number)
                ? $" with the code {number}"
                : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or HttpRequestException or IOException)
        {
            return "";
        }
    }

    /// <summary>What is sent to the provider, with gaps for receiver and text.</summary>
    private sealed class SmsRequest
    {
        private static readonly FluidParser Parser = new();

        private readonly IFluidTemplate url;
        private readonly IFluidTemplate body;
        private readonly TextEncoder encoder;
        private readonly string type;
        private readonly string from;
        private readonly List<KeyValuePair<string, string>> headers = [];

        private SmsRequest(string url, string body, string type, string from, IEnumerable<KeyValuePair<string, string>> headers)
        {
            (this.url, this.body, this.type, this.from) = (Parser.Parse(url), Parser.Parse(body), type, from);
            // JSON with its own escapes, whatever stands in the text; in everything else, as URLs have it.
            encoder = type.Contains("json", StringComparison.OrdinalIgnoreCase) ? JavaScriptEncoder.Default
                : type.StartsWith(Form, StringComparison.OrdinalIgnoreCase) ? UrlEncoder.Default
                : NullEncoder.Default;
            this.headers.AddRange(headers);
        }

        public static SmsRequest Of(SmsOptions options)
        {
            if (options.Twilio is { AccountSid: { Length: > 0 } account } twilio)
            {
                var address = options.Url.Length > 0 ? options.Url : $"https://api.twilio.com/2010-04-01/Accounts/{account}/Messages.json";
                // A service of theirs chooses the sender itself.
                var sender = options.From.StartsWith("MG", StringComparison.Ordinal) ? "MessagingServiceSid" : "From";
                var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account}:{twilio.AuthToken}"));
                return new(
                    address, $"To={{{{ to }}}}&{sender}={{{{ from }}}}&Body={{{{ text }}}}", Form, options.From,
                    [new("Authorization", $"Basic {login}")]);
            }

            var contentType = options.Headers.FirstOrDefault(header => IsContentType(header.Key)).Value
                ?? (options.Body.TrimStart() is ['{', not '{', ..] ? Json : Form);
            return new(
                options.Url, options.Body, contentType, options.From,
                options.Headers.Where(header => !IsContentType(header.Key)));
        }

        private static bool IsContentType(string header) => header.Equals("Content-Type", StringComparison.OrdinalIgnoreCase);

        public async ValueTask<HttpRequestMessage> MakeAsync(string to, string text, string id)
        {
            var context = new TemplateContext();
            context.SetValue("to", new StringValue(to));
            context.SetValue("from", new StringValue(from));
            context.SetValue("text", new StringValue(text));
            var request = new HttpRequestMessage(HttpMethod.Post, await url.RenderAsync(context, UrlEncoder.Default))
            {
                Content = new StringContent(await body.RenderAsync(context, encoder), Encoding.UTF8),
            };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            // Providers that know the header send what comes twice once.
            request.Headers.TryAddWithoutValidation("Idempotency-Key", id);
            return request;
        }
    }
}
