using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;

namespace OpenPassage.OperatorConsole.Pages;

/// <summary>A call to the console and who makes it: made by <see cref="ConsoleGate"/> before the handler runs.</summary>
internal sealed class ConsoleCall(HttpContext context, Session? session)
{
    /// <summary>The most bytes a form may have: 256 KiB.</summary>
    public const int MaxForm = 256 * 1024;

    private const string FormType = "application/x-www-form-urlencoded";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Wire.MaxDepth, AllowDuplicateProperties = false };

    public HttpContext Context { get; } = context;

    /// <summary>Null: nobody is signed in, which only pages for anybody see.</summary>
    public Session? Session { get; } = session;

    public Operator Operator => Session!.Operator;

    /// <summary>As the audit names the operator.</summary>
    public Actor Actor => Actor.Operator(Operator.Name);

    /// <summary>A form's fields; empty when there is none.</summary>
    public IFormCollection Form { get; private set; } = FormCollection.Empty;

    public Caller Caller => Caller.Of(Context);

    public static ValueTask<ConsoleCall?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<ConsoleCall>());

    /// <summary>A field without the blanks around it; empty when it is not there.</summary>
    public string Field(string name) => Form[name] is [{ } text, ..] ? text.Trim() : "";

    /// <summary>A field of several lines: those that are not blank.</summary>
    public IReadOnlyList<string> Lines(string name) => Items(name, '\n', '\r');

    /// <summary>A field of several items, on lines of their own or with commas between them.</summary>
    public IReadOnlyList<string> Items(string name) => Items(name, '\n', '\r', ',');

    /// <summary>Whether a box is ticked.</summary>
    public bool Ticked(string name, string value = "on") => Form[name].Contains(value, StringComparer.Ordinal);

    /// <summary>A query parameter without the blanks around it; empty when it is not there.</summary>
    public string Query(string name) => Context.Request.Query[name] is [{ } text, ..] ? text.Trim() : "";

    public async Task ReadFormAsync()
    {
        // As the console's own pages send them; what comes in parts is read by nobody.
        if (MediaTypeHeaderValue.TryParse(Context.Request.ContentType, out var type)
            && type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                Form = await Context.Request.ReadFormAsync(new FormOptions { ValueLengthLimit = MaxForm }, Context.RequestAborted);
            }
            catch (InvalidDataException)
            {
                throw new RefusedException(Refusal.InvalidRequest);
            }
        }
    }

    /// <summary>What the console's script sends.</summary>
    /// <exception cref="RefusedException">It is something else.</exception>
    public async Task<JsonElement> ReadJsonAsync()
    {
        var utf8 = await RequestBody.ReadAsync(Context.Request, Context.RequestAborted);
        if (!JsonBytes.AreText(utf8))
            throw new RefusedException(Refusal.InvalidRequest);
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return document.RootElement is { ValueKind: JsonValueKind.Object } body
                ? body.Clone()
                : throw new RefusedException(Refusal.InvalidRequest);
        }
        catch (JsonException)
        {
            throw new RefusedException(Refusal.InvalidRequest);
        }
    }

    public static string? Text(JsonElement body, string member)
        => body.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The ceremony that the script brings back; null when it is none.</summary>
    public static FinishedCeremony? CeremonyIn(JsonElement body)
        => Text(body, "handshake") is { } handshake
            && body.TryGetProperty("response", out var response)
            && response.ValueKind == JsonValueKind.Object
            ? new(handshake, response)
            : null;

    private string[] Items(string name, params char[] separators)
        => Field(name).Split(separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>What the page brings back of a ceremony.</summary>
internal readonly record struct FinishedCeremony(string Handshake, JsonElement Response);
