using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Links;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Management;

/// <summary>A message as its receiver would read it, with a sample code or link. Nothing is sent.</summary>
internal static class PreviewMessage
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/messages/preview", Handle)
        .Needs(ApiKeyScopes.Admin)
        .WithMetadata(new QueryParametersMetadata(
        [
            new("kind", "string", $"One of {Words(MessageKinds.All.Select(MessageKinds.ToWord))}."),
            new("language", "string", $"One of {Words(Languages.All)}; the app's unless said otherwise."),
            new("channel", "string", "`email`, which it is unless said otherwise, or `phone`."),
        ]))
        .Describe(
            nameof(PreviewMessage), "A message as its receiver would read it, with a sample code or link. Nothing is sent.",
            Refusal.InvalidRequest);

    private static async Task<Outcome<MessagePreview>> Handle(
        AppCall call, HttpRequest request, MessagePreviews previews, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reader = new QueryReader(request.Query);
        var wanted = PreviewWanted.Read(reader, call.App);
        if (reader.Problem is { } wrong)
            return Refusal.InvalidRequest.Because(wrong);
        if (wanted.Kind is null)
            return Refusal.InvalidRequest.Because($"kind is missing: one of {string.Join(", ", PreviewWanted.Kinds)}.");
        return await previews.WriteAsync(call.App, wanted);
    }

    private static string Words(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"`{word}`"));
}

/// <summary>Which message somebody wants to look at.</summary>
/// <param name="Kind">Null: none was named.</param>
/// <param name="Channel"><c>email</c> or <c>phone</c>.</param>
/// <param name="Language">One of <see cref="Languages.All"/>.</param>
internal sealed record PreviewWanted(MessageKind? Kind, string Channel, string Language)
{
    public static IReadOnlyList<string> Kinds { get; } = [.. MessageKinds.All.Select(MessageKinds.ToWord)];

    public static IReadOnlyList<string> Channels { get; } = [IdentifierKind.Email, IdentifierKind.Phone];

    /// <summary>What a query asks for; the reader has a problem where it asks for what there is not.</summary>
    public static PreviewWanted Read(QueryReader reader, App app) => new(
        reader.Word<MessageKind?>("kind", [.. MessageKinds.All.Select(kind => (kind.ToWord(), (MessageKind?)kind))]),
        reader.Word("channel", [.. Channels.Select(word => (word, word))]) ?? IdentifierKind.Email,
        reader.Word("language", [.. Languages.All.Select(word => (word, word))]) ?? app.Settings.Complete.DefaultLanguage);
}

/// <summary>Writes messages that nobody gets, by the templates that all are written by.</summary>
internal sealed class MessagePreviews(Templates templates, TimeProvider time)
{
    private const string SampleCode = "123456";
    private const string SampleAgent =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

    private static readonly AccountIdentifier SampleAddress = Identifiers.Of(IdentifierKind.Email, "ada@example.com", "ada@example.com");
    private static readonly AccountIdentifier SampleNumber = Identifiers.Of(IdentifierKind.Phone, "+14155550123", "+14155550123");

    /// <summary>A message with the operator's templates as they are now.</summary>
    /// <exception cref="RefusedException">One of them is wrong: the sentence says which, and where.</exception>
    public async ValueTask<MessagePreview> WriteAsync(App app, PreviewWanted wanted)
    {
        var (read, message) = (ReadTemplates(), Sample(app, wanted));
        try
        {
            if (wanted.Channel == IdentifierKind.Phone)
            {
                return await read.WriteSmsAsync(app, message) is { } sms
                    ? MessagePreview.Of(wanted, new("", sms, ""))
                    : throw Refused($"The text message is longer than {Templates.MaxSms} characters, and is not sent.");
            }

            return MessagePreview.Of(wanted, await read.WriteAsync(app, message));
        }
#pragma warning disable CA1031 // Whatever a template of the operator's does when it is used: he wants to know, and it is no fault of ours.
        catch (Exception e) when (e is not RefusedException)
#pragma warning restore CA1031
        {
            throw Refused($"The template can be read, and no message written with it: {e.Message}");
        }
    }

    private Templates ReadTemplates()
    {
        try
        {
            return templates.ReadAgain();
        }
        catch (BrokenTemplateException e)
        {
            throw Refused($"A template cannot be read. {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused("The directory with templates (OpenPassage:Mail:Templates) cannot be read.");
        }
    }

    private static RefusedException Refused(string sentence) => new(Refusal.OperationNotAllowed.Because(sentence));

    private Message Sample(App app, PreviewWanted wanted)
    {
        var (kind, methods) = (wanted.Kind!.Value, app.Settings.Complete.Methods);
        LinkPurpose? purpose = kind switch
        {
            MessageKind.SignInLink or MessageKind.SignUpLink => LinkPurpose.SignIn,
            MessageKind.VerifyLink => LinkPurpose.Verify,
            MessageKind.IdentifierChanged or MessageKind.OtherIdentifierChanged => LinkPurpose.Undo,
            _ => null,
        };
        var hasCode = kind is MessageKind.SignInCode or MessageKind.SignUpCode;
        return new(kind, wanted.Channel == IdentifierKind.Phone ? SampleNumber : SampleAddress, wanted.Language)
        {
            Code = hasCode ? SampleCode : null,
            Link = purpose is { } link ? LinkUrl.Of(app, app.Settings.Complete.LoginUrl, link, LinkSecret.Sample) : null,
            ValidFor = hasCode ? methods.OtpTtl : purpose switch
            {
                null => TimeSpan.Zero,
                LinkPurpose.Undo => ChangeNotices.CanBeTakenBack,
                _ => methods.MagicLinkTtl,
            },
            UserAgent = kind == MessageKind.Test ? null : SampleAgent,
            AskedAt = time.GetUtcNow(),
        };
    }
}

/// <param name="Kind">Such as <c>sign_in_code</c>.</param>
/// <param name="Channel"><c>email</c> or <c>phone</c>.</param>
/// <param name="Language">Such as <c>en</c>.</param>
/// <param name="Subject">Null: it is a text message.</param>
/// <param name="Text">What it says, without formatting.</param>
/// <param name="Html">The same as HTML; null: it is a text message.</param>
internal sealed record MessagePreview(string Kind, string Channel, string Language, string? Subject, string Text, string? Html)
    : IAnswer<MessagePreview>
{
    public static JsonTypeInfo<MessagePreview> Json => ManagementWire.Default.MessagePreview;

    public static MessagePreview Of(PreviewWanted wanted, WrittenMail written)
        => wanted.Channel == IdentifierKind.Phone
            ? new(wanted.Kind!.Value.ToWord(), wanted.Channel, wanted.Language, Subject: null, written.Text, Html: null)
            : new(wanted.Kind!.Value.ToWord(), wanted.Channel, wanted.Language, written.Subject, written.Text, written.Html);
}
