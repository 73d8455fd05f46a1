using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace OpenPassage.Server.Http;

/// <summary>
/// An answer that is the same bytes for everybody: its entity tag and its compressed form are made once. So what a stranger asks for
/// costs no more than sending it.
/// </summary>
internal sealed class MadeBefore
{
    // Below, a packet is not saved.
    private const int WorthCompressing = 1400;

    private readonly string type;
    private readonly string caching;
    private readonly Action<IHeaderDictionary>? more;
    private readonly Lazy<Forms> forms;

    /// <param name="type">Its media type.</param>
    /// <param name="content">What is answered.</param>
    /// <param name="caching">The Cache-Control header.</param>
    /// <param name="more">Sets the headers that only this one has.</param>
    public MadeBefore(string type, byte[] content, string caching, Action<IHeaderDictionary>? more = null)
    {
        this.type = type;
        this.caching = caching;
        this.more = more;
        // When the first one asks: a start has no time for all of them.
        forms = new(() => new(new(content), content.Length >= WorthCompressing ? new(Compressed(content)) : null));
    }

    /// <summary>Maps GET and HEAD of a path to it.</summary>
    public void Map(IEndpointRouteBuilder routes, string path)
        => routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)AnswerAsync)
            .WithMetadata(AlwaysAnswered.Metadata)
            .ExcludeFromDescription();

    private Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var (plain, gzip) = forms.Value;
        var form = gzip is not null && TakesGzip(request.Headers.AcceptEncoding) ? gzip : plain;
        response.Headers.CacheControl = caching;
        response.Headers.ETag = form.Tag;
        response.Headers.XContentTypeOptions = "nosniff";
        if (gzip is not null)
            response.Headers.Vary = HeaderNames.AcceptEncoding;
        more?.Invoke(response.Headers);
        if (forms.Value.Know(request.Headers.IfNoneMatch))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = type;
        response.ContentLength = form.Content.Length;
        if (form == gzip)
            response.Headers.ContentEncoding = "gzip";
        return HttpMethods.IsHead(request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(form.Content, context.RequestAborted).AsTask();
    }

    private static bool TakesGzip(StringValues header)
    {
        if (!StringWithQualityHeaderValue.TryParseList(header, out var accepted))
            return false;
        var named = accepted.FirstOrDefault(one => one.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            ?? accepted.FirstOrDefault(one => one.Value.Equals("*", StringComparison.Ordinal));
        return named is not null && named.Quality != 0;
    }

    private static byte[] Compressed(byte[] content)
    {
        using var made = new MemoryStream();
        using (var packing = new GZipStream(made, CompressionLevel.Optimal))
            packing.Write(content);
        return made.ToArray();
    }

    private sealed record Forms(Form Plain, Form? Gzip)
    {
        /// <summary>Whether a caller has it: either form will do, since they say the same.</summary>
        public bool Know(StringValues header)
            => EntityTagHeaderValue.TryParseList(header, out var known)
                && known.Any(one => one.Equals(EntityTagHeaderValue.Any) || Plain.Is(one) || Gzip?.Is(one) == true);
    }

    private sealed class Form(byte[] content)
    {
        private readonly EntityTagHeaderValue tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(content)[..12])}\"");

        public byte[] Content { get; } = content;

        public string Tag => tag.Tag.Value!;

        public bool Is(EntityTagHeaderValue other) => other.Compare(tag, useStrongComparison: false);
    }
}
