namespace DataFlow.Tests.Support;

/// <summary>One server for all tests of a class; each test makes workflows of its own on it.</summary>
public sealed class AppFixture : IAsyncLifetime
{
    internal AppServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await AppServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
