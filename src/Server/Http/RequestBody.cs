using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace OpenPassage.Server.Http;

/// <summary>A body the server takes.</summary>
internal interface IRequest<TSelf> : IRequestOfHost<TSelf>
    where TSelf : class, IRequest<TSelf>
{
    static abstract JsonTypeInfo<TSelf> Json { get; }

    static JsonTypeInfo<TSelf> IRequestOfHost<TSelf>.JsonIn(IServiceProvider host) => TSelf.Json;
}

/// <summary>The same, where its JSON depends on the rooms that the host has.</summary>
internal interface IRequestOfHost<TSelf>
    where TSelf : class, IRequestOfHost<TSelf>
{
    static abstract JsonTypeInfo<TSelf> JsonIn(IServiceProvider host);

    /// <summary>What is wrong with a body whose members have the right types: a sentence that names the member, or null.</summary>
    string? Complaint();
}

/// <summary>Says which body an operation takes, for the API's description; it does not make routing look at the content type.</summary>
internal sealed record RequestBodyMetadata(Type Type);

/// <summary>
/// A request's JSON, read under any content type (old clients send text/plain) and bounded also when no length is announced.
/// Binding throws <see cref="RefusedException"/>, which the gate turns into the answer.
/// </summary>
internal sealed class RequestBody<T>(T value) : IEndpointParameterMetadataProvider
    where T : class, IRequestOfHost<T>
{
    public T Value { get; } = value;

    public static async ValueTask<RequestBody<T>?> BindAsync(HttpContext context)
    {
        var utf8 = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        var value = RequestBody.Parse(utf8, T.JsonIn(context.RequestServices));
        return value.Complaint() is { } complaint
            ? throw new RefusedException(Refusal.InvalidRequest.Because(complaint))
            : new RequestBody<T>(value);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new RequestBodyMetadata(typeof(T)));
}

/// <summary>Reading and parsing, whatever the type.</summary>
internal static class RequestBody
{
    /// <summary>The most bytes a body may have: 64 KiB.</summary>
    public const int MaxLength = 64 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static async ValueTask<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxLength)
            throw new RefusedException(Refusal.BodyTooLarge);

        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > MaxLength)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw new RefusedException(Refusal.BodyTooLarge);
            }

            if (read.IsCompleted)
            {
                var utf8 = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return utf8;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Waits until as much of a body has come as will be read of it, and leaves it to be read.</summary>
    public static async ValueTask ArriveAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength > MaxLength || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return;
        try
        {
            for (var whole = false; !whole;)
            {
                var read = await request.BodyReader.ReadAsync(context.RequestAborted);
                whole = read.IsCompleted || read.IsCanceled || read.Buffer.Length > MaxLength;
                request.BodyReader.AdvanceTo(read.Buffer.Start, whole ? read.Buffer.Start : read.Buffer.End);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Whoever reads the body next meets it again, and has an answer.
        }
    }

    public static T Parse<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type)
        where T : class
    {
        if (utf8.StartsWith(ByteOrderMark))
            utf8 = utf8[ByteOrderMark.Length..];
        if (!JsonBytes.AreText(utf8))
            throw Invalid(DescribeNoText(utf8, type));
        try
        {
            return JsonSerializer.Deserialize(utf8, type) ?? throw Invalid("The body is null. Send a JSON object.");
        }
        catch (JsonException wrong)
        {
            throw Invalid(Describe(wrong, utf8, type));
        }
    }

    private static RefusedException Invalid(string sentence) => new(Refusal.InvalidRequest.Because(sentence));

    /// <summary>Names the member; never repeats what the caller sent.</summary>
    private static string Describe(JsonException wrong, ReadOnlySpan<byte> utf8, JsonTypeInfo type)
    {
        if (utf8.IsEmpty)
            return "The body is empty. Send a JSON object.";
        var (missing, twice) = Count(utf8, type);
        if (twice is not null)
            return $"{twice} stands twice.";
        if (MemberIn(wrong, type) is { } member)
            return $"{member} has the wrong type.";
        return missing is not null
            ? $"{missing} is missing."
            : "The body is not a JSON object that this operation can read.";
    }

    /// <summary>Names the member that is no text, where the reader comes that far.</summary>
    private static string DescribeNoText<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type)
    {
        try
        {
            JsonSerializer.Deserialize(utf8, type);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            if (e is JsonException wrong && MemberIn(wrong, type) is { } member)
                return $"{member} has the wrong type.";
        }

        return "The body is not text: it is not UTF-8, or it contains half of a character (a lone surrogate).";
    }

    // The path holds the caller's own member names: only those of ours are repeated.
    private static string? MemberIn(JsonException wrong, JsonTypeInfo type)
        => wrong.Path is ['$', '.', .. var member] && type.Properties.Any(known => known.Name == member) ? member : null;

    /// <summary>The first member of ours that is not there though it must be, and the first that is there more than once.</summary>
    private static (string? Missing, string? Twice) Count(ReadOnlySpan<byte> utf8, JsonTypeInfo type)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Wire.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } body)
                return default;
            var times = type.Properties.ToDictionary(
                known => known, known => body.EnumerateObject().Count(member => member.NameEquals(known.Name)));
            return (
                times.FirstOrDefault(entry => entry is { Key.IsRequired: true, Value: 0 }).Key?.Name,
                times.FirstOrDefault(entry => entry.Value > 1).Key?.Name);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
