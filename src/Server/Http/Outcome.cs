using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace OpenPassage.Server.Http;

/// <summary>A body the server answers with.</summary>
internal interface IAnswer<TSelf> : IAnswerOfHost<TSelf>
    where TSelf : class, IAnswer<TSelf>
{
    static abstract JsonTypeInfo<TSelf> Json { get; }

    static JsonTypeInfo<TSelf> IAnswerOfHost<TSelf>.JsonIn(IServiceProvider host) => TSelf.Json;
}

/// <summary>The same, where its JSON depends on the rooms that the host has.</summary>
internal interface IAnswerOfHost<TSelf>
    where TSelf : class, IAnswerOfHost<TSelf>
{
    static virtual int Status => StatusCodes.Status200OK;

    static abstract JsonTypeInfo<TSelf> JsonIn(IServiceProvider host);
}

/// <summary>What an operation came to: its answer, or the refusal. Both convert by themselves, so a handler just returns them.</summary>
internal sealed class Outcome<T> : IResult, IEndpointMetadataProvider
    where T : class, IAnswerOfHost<T>
{
    private readonly T? answer;

    private Outcome(T? answer, Refusal? refusal)
    {
        this.answer = answer;
        Refusal = refusal;
    }

    /// <summary>Null: there is an answer.</summary>
    public Refusal? Refusal { get; }

    public static implicit operator Outcome<T>(T answer) => new(answer, refusal: null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(answer: null, refusal);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (Refusal is not null)
            return Refusal.ExecuteAsync(httpContext);
        httpContext.Response.StatusCode = T.Status;
        return Wire.WriteAsync(httpContext.Response, answer!, T.JsonIn(httpContext.RequestServices));
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(T.Status, typeof(T), ["application/json"]));
}
