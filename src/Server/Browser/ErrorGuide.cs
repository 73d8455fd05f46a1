using System.Net;
using System.Text;

namespace OpenPassage.Server.Browser;

/// <summary>
/// docs/guides/browser-errors.md as a page, so that the link of every error of the SDK leads somewhere and fits the version that
/// is served. Knows the Markdown that this one file uses: headings, quotations, paragraphs, code.
/// </summary>
internal static class ErrorGuide
{
    public const string Style =
        "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui}"
            + "h2{margin-top:2.5rem;font-family:monospace}blockquote{margin:0;font-style:italic}";

    public static byte[] ToHtml(string markdown)
    {
        var html = new StringBuilder()
            .Append(
                "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
            .Append("<meta name=\"color-scheme\" content=\"light dark\"><title>Errors of the browser SDK</title>")
            .Append("<style>").Append(Style).Append("</style></head><body><main>\n");
        foreach (var block in markdown.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            html.Append(ToHtmlBlock(block)).Append('\n');
        return Encoding.UTF8.GetBytes(html.Append("</main></body></html>\n").ToString());
    }

    private static string ToHtmlBlock(string block) => block switch
    {
        ['#', '#', ' ', .. var code] => $"<h2 id=\"{code}\">{code}</h2>",
        ['#', ' ', .. var title] => $"<h1>{Inline(title)}</h1>",
        ['>', ' ', .. var sentence] => $"<blockquote>{Inline(sentence)}</blockquote>",
        _ => $"<p>{Inline(block)}</p>",
    };

    // What stands between two backticks is code.
    private static string Inline(string text)
        => string.Concat(WebUtility.HtmlEncode(text).Split('`').Select((part, i) => i % 2 == 0 ? part : $"<code>{part}</code>"));
}
