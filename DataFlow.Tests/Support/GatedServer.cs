using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Support;

/// <summary>Kestrel, held between the moment the application is told to stop and the one in which it no longer listens.</summary>
internal sealed class GatedServer
{
    public Func<Task> BeforeStop { get; set; } = static () => Task.CompletedTask;

    public void Use(IServiceCollection services)
    {
        var kestrel = services.Last(service => service.ServiceType == typeof(IServer)).ImplementationType!;
        services.AddSingleton<IServer>(provider => new Gate((IServer)ActivatorUtilities.CreateInstance(provider, kestrel), this));
    }

    private sealed class Gate(IServer server, GatedServer gate) : IServer
    {
        public IFeatureCollection Features => server.Features;

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => server.StartAsync(application, cancellationToken);

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            await gate.BeforeStop();
            await server.StopAsync(cancellationToken);
        }

        public void Dispose() => server.Dispose();
    }
}
