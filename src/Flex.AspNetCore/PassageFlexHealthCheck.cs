using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>Healthy: the server answers, knows the app and takes the API key.</summary>
internal sealed class PassageFlexHealthCheck(PassageFlex passage) : IHealthCheck
{
    // No user is called so; looking one up passes every check that a real call passes, and writes nothing.
    private const string Nobody = "health check of OpenPassage.Flex.AspNetCore";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await passage.User.GetAsync(Nobody, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (PassageException refused) when (refused.Code == PassageErrorCode.UserNotFound)
        {
            return HealthCheckResult.Healthy();
        }
        catch (PassageFlexException failed)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, failed.Message, failed);
        }
    }
}
