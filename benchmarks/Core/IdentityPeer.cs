using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Authenticator;

namespace OpenPassage.Benchmarks.Core;

/// <summary>
/// ASP.NET Core Identity's passkeys, set up the way its documentation does, with users in memory: its handler finds user and
/// passkey by itself, so the store is part of the operation, and is as quick as a store can be.
/// </summary>
internal sealed class IdentityPeer : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly AsyncServiceScope scope;
    private readonly IPasskeyHandler<MemoryUser> handler;
    private readonly UserManager<MemoryUser> users;
    private readonly DefaultHttpContext http;

    public IdentityPeer()
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddHttpContextAccessor();
        collection.AddAuthentication();
        collection.AddIdentityCore<MemoryUser>().AddSignInManager();
        collection.AddSingleton<IUserStore<MemoryUser>, MemoryUserStore>();
        collection.Configure<IdentityPasskeyOptions>(options =>
        {
            options.ServerDomain = Assertion.RpId;
            options.UserVerificationRequirement = "required";
        });
        services = collection.BuildServiceProvider();
        scope = services.CreateAsyncScope();
        handler = scope.ServiceProvider.GetRequiredService<IPasskeyHandler<MemoryUser>>();
        users = scope.ServiceProvider.GetRequiredService<UserManager<MemoryUser>>();
        http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.Request.Scheme = "https";
        http.Request.Host = new(new Uri(Assertion.Origin).Host);
        http.Request.Headers.Origin = Assertion.Origin;
    }

    /// <summary>Registers a passkey of a new user through the handler.</summary>
    public async Task RegisterAsync(SoftwareAuthenticator authenticator)
    {
        var user = new MemoryUser { Id = Guid.NewGuid().ToString(), Name = "alice" };
        await users.CreateAsync(user);
        var options = await handler.MakeCreationOptionsAsync(new() { Id = user.Id, Name = user.Name, DisplayName = user.Name }, http);
        var result = await handler.PerformAttestationAsync(new()
        {
            HttpContext = http,
            CredentialJson = authenticator.Create(options.CreationOptionsJson, Assertion.Origin).ToJson(),
            AttestationState = options.AttestationState,
        });
        if (!result.Succeeded)
            throw new InvalidOperationException("ASP.NET Core Identity refused a good registration.", result.Failure);
        await users.AddOrUpdatePasskeyAsync(user, result.Passkey);
    }

    /// <summary>Options for a sign-in of whoever holds a passkey, and the state that their answer is judged with.</summary>
    public async Task<PasskeyRequestOptionsResult> StartAsync() => await handler.MakeRequestOptionsAsync(user: null, http);

    /// <summary>One sign-in judged, over and over. The store answers at once, so nothing is ever waited for.</summary>
    public Func<bool> Verifying(Assertion assertion, string? state)
    {
        var json = Encoding.UTF8.GetString(assertion.Json);
        return () => handler
            .PerformAssertionAsync(new() { HttpContext = http, CredentialJson = json, AssertionState = state })
            .GetAwaiter().GetResult().Succeeded;
    }

    public async ValueTask DisposeAsync()
    {
        await scope.DisposeAsync();
        await services.DisposeAsync();
    }
}
