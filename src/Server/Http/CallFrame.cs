using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Server.Http;

/// <summary>
/// What every call passes, whoever it is for: it is measured and traced, and what fails is caught and explained. Who may call is its
/// gate's to say (<see cref="AdmitAsync"/>), and how a refusal reads (<see cref="Tell"/>). A gate wraps the endpoints themselves
/// rather than standing in the application's pipeline, so that the server behaves the same inside any application.
/// </summary>
/// <typeparam name="TAudience">Whom an endpoint is for.</typeparam>
internal abstract class CallFrame<TAudience>(Measurements measurements, ILogger log)
    where TAudience : notnull
{
    public async Task PassAsync(HttpContext context, TAudience audience, RequestDelegate handler)
    {
        var since = measurements.Timestamp();
        var operation = OperationName.Of(context);
        var span = OperationSpan.Start(operation, context, ContinuesTrace(audience));
        var ending = Ending.Failed;
        try
        {
            ending = await AnswerAsync(context, audience, handler);
        }
        finally
        {
            measurements.Operation(operation, since, ending);
            if (span is not null)
                OperationSpan.Stop(span, context, ending);
        }
    }

    /// <summary>The answer to a call that goes no further; null: the handler's turn.</summary>
    protected abstract ValueTask<IResult?> AdmitAsync(HttpContext context, TAudience audience);

    /// <summary>Whether the trace of a caller is continued. No strangers' are.</summary>
    protected virtual bool ContinuesTrace(TAudience audience) => false;

    /// <summary>A refusal as its callers read it.</summary>
    protected virtual IResult Tell(Refusal refusal) => refusal;

    private async Task<Ending> AnswerAsync(HttpContext context, TAudience audience, RequestDelegate handler)
    {
        try
        {
            if (await AdmitAsync(context, audience) is { } turnedAway)
            {
                await turnedAway.ExecuteAsync(context);
                return EndingOf(context, isRefused: true);
            }

            await handler(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
            return Ending.Aborted;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var refusal = Explain(exception, context);
            context.Features.Set(refusal);
            await Tell(refusal).ExecuteAsync(context);
        }

        return EndingOf(context, isRefused: context.Response.StatusCode >= StatusCodes.Status400BadRequest);
    }

    private static Ending EndingOf(HttpContext context, bool isRefused)
    {
        if (context.Features.Get<Refusal>() is { } refusal)
            return refusal.Ending;
        return isRefused ? Ending.Refused : Ending.Ok;
    }

    private Refusal Explain(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case RefusedException refused:
                return refused.Refusal;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Refusal.BodyTooLarge;
            case BadHttpRequestException:
                return Refusal.InvalidRequest;
            case DatabaseUnavailableException unavailable:
                log.LogWarning("{Operation} was answered with 503. {Reason}", context.GetEndpoint()?.DisplayName, unavailable.Message);
                return Refusal.Busy;
            default:
                log.LogError(exception, "{Operation} failed.", context.GetEndpoint()?.DisplayName);
                return Refusal.InternalServerError;
        }
    }
}

/// <summary>What an endpoint is counted and traced as: its own name.</summary>
internal static class OperationName
{
    /// <summary>What is no operation.</summary>
    public const string Other = "Other";

    public static string Of(HttpContext context)
        => context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? Other;
}

/// <summary>Puts endpoints behind a gate.</summary>
internal static class CallFrameConventions
{
    /// <summary>Every endpoint of the group passes this gate. Once per endpoint: not on a group inside a group that has one.</summary>
    public static RouteGroupBuilder Behind<TGate, TAudience>(this RouteGroupBuilder group, TAudience audience)
        where TGate : CallFrame<TAudience>
        where TAudience : notnull
    {
        ((IEndpointConventionBuilder)group).Add(endpoint =>
        {
            endpoint.Metadata.Add(audience);
            AllowedMethods.AddHead(endpoint);
            var handler = endpoint.RequestDelegate!;
            // Not before the first call: the description of the API is made from the endpoints, and opens no database.
            var gate = new Lazy<CallFrame<TAudience>>(endpoint.ApplicationServices.GetRequiredService<TGate>);
            endpoint.RequestDelegate = context => gate.Value.PassAsync(context, audience, handler);
        });
        return group;
    }
}
