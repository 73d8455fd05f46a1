using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Fluid;
using Fluid.Values;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Devices;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>A message as its receiver reads it.</summary>
internal sealed record WrittenMail(string Subject, string Text, string Html);

/// <summary>
/// Messages in words. The sentences of each language are in <c>LANGUAGE.json</c>, and what stands around them in <c>mail.html.liquid</c>
/// and <c>mail.txt.liquid</c>; a directory of the operator's may have files in their place, for one kind of message too. All of them are
/// read once: with the first message, or, where an operator may have made a mistake, at start, which a wrong one stops.
/// </summary>
internal sealed class Templates
{
    /// <summary>The most characters of a text message: one that providers send in one piece, where its letters are plain ones.</summary>
    public const int MaxSms = 160;

    private const string Setting = $"{nameof(OpenPassageCompleteOptions.Mail)}:{nameof(MailOptions.Templates)}";
    private const string Ours = "messages/";

    private static readonly string[] Labels =
        ["label_browser", "label_system", "label_time", "label_asked", "label_link", "label_code"];

    private static readonly string[] MailParts = ["intro", "button", "note", "valid", "not_you"];

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly string? directory;
    private readonly Lazy<Content> content;

    /// <exception cref="OptionsValidationException">A file of the operator's is wrong; the message names it.</exception>
    public Templates(IOptions<OpenPassageCompleteOptions> options)
    {
        directory = options.Value.Mail.Templates;
        content = directory is null ? new(() => Read(null)) : new(ReadAtStart(directory));
    }

    private Templates(string directory) => (this.directory, content) = (directory, new(Read(directory)));

    /// <summary>The same with the operator's files as they are now, for whoever is writing them.</summary>
    /// <exception cref="BrokenTemplateException">One of them is wrong.</exception>
    public Templates ReadAgain() => directory is null ? this : new(directory);

    /// <summary>A message as mail.</summary>
    public async ValueTask<WrittenMail> WriteAsync(App app, Message message)
    {
        var (text, values) = await ValuesAsync(app, message);
        var subject = Plain.Line(await SayAsync(text, message, "subject", values) ?? "", most: 200);
        Put(values, "subject", subject);
        foreach (var part in MailParts)
            Put(values, part, await SayAsync(text, message, part, values));
        return new(
            subject,
            await Layout(message, text.Language, "txt").RenderAsync(values, NullEncoder.Default),
            await Layout(message, text.Language, "html").RenderAsync(values, Html));
    }

    /// <summary>
    /// A message as a text message of at most <see cref="MaxSms"/> characters: where it is longer, the app's name is left out. Null: it is
    /// longer even so.
    /// </summary>
    public async ValueTask<string?> WriteSmsAsync(App app, Message message)
    {
        var (text, values) = await ValuesAsync(app, message);
        // What browsers fill in by themselves on the page that the code is for: https://wicg.github.io/sms-one-time-codes/
        var bound = message.Code is not null && Uri.TryCreate(Settings.AuthOrigins.Of(app), UriKind.Absolute, out var origin)
            ? $"\n\n@{origin.Host} #{message.Code}"
            : "";
        var said = await SayAsync(text, message, "sms", values) ?? "";
        if (said.Length + bound.Length <= MaxSms)
            return said + bound;
        if (said.Length <= MaxSms && message.Link is null)
            return said;
        var least = message.Link ?? message.Code ?? "";
        return least.Length is > 0 and <= MaxSms ? least : null;
    }

    // Nothing but texts is put in: a template reaches no object of the server's. What one template assigns, the next does not see.
    private async ValueTask<(Texts Text, TemplateContext Values)> ValuesAsync(App app, Message message)
    {
        var text = content.Value.Texts.GetValueOrDefault(message.Language) ?? content.Value.Texts[Languages.Default];
        var agent = message.UserAgent ?? "";
        var values = new TemplateContext();
        Put(values, "app", Plain.Line(app.Name));
        Put(values, "kind", message.Kind.ToWord());
        Put(values, "language", text.Language);
        Put(values, "dir", text.Direction);
        Put(values, "code", message.Code);
        Put(values, "link", message.Link);
        Put(values, "valid_for", message.ValidFor > TimeSpan.Zero ? text.Say(message.ValidFor) : null);
        Put(values, "browser", UserAgent.BrowserOf(agent));
        Put(values, "system", UserAgent.SystemOf(agent));
        Put(values, "time", message.AskedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        foreach (var label in Labels)
            Put(values, label, await SayAsync(text, message, label, values));
        return (text, values);
    }

    // A sentence of this kind of message, else one that all kinds have.
    private async ValueTask<string?> SayAsync(Texts text, Message message, string part, TemplateContext values)
    {
        var sentences = content.Value.Sentences;
        var sentence = sentences.GetValueOrDefault((text.Language, $"{message.Kind.ToWord()}.{part}"))
            ?? (part == "valid" && (message.ValidFor <= TimeSpan.Zero || (message.Code ?? message.Link) is null)
                ? null
                : sentences.GetValueOrDefault((text.Language, message.Link is not null && part == "valid" ? "valid_link" : part)));
        return sentence is null ? null : await sentence.RenderAsync(values, NullEncoder.Default);
    }

    private static void Put(TemplateContext values, string name, string? value)
        => values.SetValue(name, value is null ? NilValue.Instance : new StringValue(value));

    private IFluidTemplate Layout(Message message, string language, string form)
        => content.Value.Layouts.GetValueOrDefault($"{message.Kind.ToWord()}.{language}.{form}")
            ?? content.Value.Layouts.GetValueOrDefault($"{message.Kind.ToWord()}.{form}")
            ?? content.Value.Layouts[$"mail.{form}"];

    private static Content ReadAtStart(string directory)
    {
        try
        {
            return Read(directory);
        }
        catch (BrokenTemplateException e)
        {
            throw WrongSetting.Make(Setting, $"has a template that cannot be read, {e.File}: {e.Message}");
        }
    }

    private static Content Read(string? directory)
    {
        var parser = new FluidParser();
        var read = new Content();
        foreach (var language in Languages.All)
        {
            var texts = ReadTexts(language, directory);
            read.Texts.Add(language, texts);
            foreach (var name in texts.Names)
            {
                read.Sentences.Add(
                    (language, name),
                    Parse(
                        parser, texts.Find(name)!,
                        error => BrokenTemplateException.OfSentence(Path.Combine(directory ?? "", $"{language}.json"), name, error)));
            }
        }

        foreach (var layout in (string[])["mail.html", "mail.txt"])
            read.Layouts.Add(layout, ParseLayout(parser, ReadOurs($"{layout}.liquid"), layout));
        foreach (var file in directory is null ? [] : Directory.EnumerateFiles(directory, "*.liquid"))
            read.Layouts[Path.GetFileNameWithoutExtension(file)] = ParseLayout(parser, File.ReadAllText(file), file);
        return read;
    }

    private static IFluidTemplate ParseLayout(FluidParser parser, string template, string file)
        => Parse(parser, template, error => BrokenTemplateException.OfLayout(file, error));

    private static IFluidTemplate Parse(FluidParser parser, string template, Func<string, BrokenTemplateException> broken)
        => parser.TryParse(template, out var parsed, out var error) ? parsed : throw broken(error);

    private static Texts ReadTexts(string language, string? directory)
    {
        var over = directory is null ? null : Path.Combine(directory, $"{language}.json");
        try
        {
            return Texts.Read(
                language, ReadOurBytes($"{language}.json"), over is not null && File.Exists(over) ? File.ReadAllBytes(over) : null);
        }
        catch (JsonException e)
        {
            throw BrokenTemplateException.OfTexts(over!, e.LineNumber + 1, e.Message);
        }
    }

    private static string ReadOurs(string name) => System.Text.Encoding.UTF8.GetString(ReadOurBytes(name));

    private static byte[] ReadOurBytes(string name)
    {
        using var stream = typeof(Templates).Assembly.GetManifestResourceStream(Ours + name)
            ?? throw new InvalidOperationException($"{name} is missing in the program.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>All that was read.</summary>
    private sealed class Content
    {
        public Dictionary<string, Texts> Texts { get; } = new(StringComparer.Ordinal);

        public Dictionary<(string Language, string Name), IFluidTemplate> Sentences { get; } = [];

        public Dictionary<string, IFluidTemplate> Layouts { get; } = new(StringComparer.Ordinal);
    }
}
