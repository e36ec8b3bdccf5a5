using System.Net;
using System.Threading.Channels;
using DataFlow.Engine.Egress;

namespace DataFlow.Tests.Webhooks;

/// <summary>A message as it came in.</summary>
internal sealed record Received(string Url, string Id, string Timestamp, string Signature, byte[] Body, DateTimeOffset At);

/// <summary>How a receiver behaves towards one message.</summary>
internal delegate Task<HttpResponseMessage> Behaviour(Received message, CancellationToken cancellationToken);

/// <summary>Stands where the network would be, so that a test can drive the clock; what real sockets do is tested with a real sink.</summary>
internal sealed class ScriptedReceiver(TimeProvider clock) : HttpMessageHandler, IEgressClientFactory
{
    private readonly Channel<Received> messages = Channel.CreateUnbounded<Received>();
    private HttpClient? client;

    public Behaviour Behaviour { get; set; } = Answer(HttpStatusCode.OK);

    public List<Received> All { get; } = [];

    public static Behaviour Answer(HttpStatusCode status, Action<HttpResponseMessage>? with = null) => (_, _) =>
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent("noted") };
        with?.Invoke(response);
        return Task.FromResult(response);
    };

    public static async Task<HttpResponseMessage> Hang(Received message, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("Nobody waits for ever.");
    }

    public static Task<HttpResponseMessage> Break(Received message, CancellationToken cancellationToken) =>
        throw new HttpRequestException(HttpRequestError.ConnectionError);

    /// <summary>The next message that arrives.</summary>
    public Task<Received> NextAsync() => messages.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Longest);

    public HttpClient For(EgressPurpose purpose)
    {
        Assert.Equal(EgressPurpose.Webhooks, purpose);
#pragma warning disable RS0030 // This is the test's own egress; nothing leaves the process.
        return client ??= new HttpClient(this, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore RS0030
    }

    public EgressRefusal? Check(string url) => null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Equal("application/json", request.Content!.Headers.ContentType!.ToString());
        var message = new Received(
            request.RequestUri!.ToString(), Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"),
            await request.Content.ReadAsByteArrayAsync(cancellationToken), clock.GetUtcNow());
        lock (All)
            All.Add(message);
        await messages.Writer.WriteAsync(message, cancellationToken);
        return await Behaviour(message, cancellationToken);

        string Header(string name) => Assert.Single(request.Headers.GetValues(name));
    }
}
