using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DataFlow.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataFlow.Tests.Support;

/// <summary>The real server: Kestrel on a free port, a data folder of its own, its log lines at hand.</summary>
internal sealed class AppServer : IAsyncDisposable
{
    private readonly bool ownsFolder;

    private AppServer(WebApplication app, CapturedLogs logs, string dataFolder, bool ownsFolder)
    {
        (App, Logs, DataFolder, this.ownsFolder) = (app, logs, dataFolder, ownsFolder);
        // An address of all interfaces is one to listen on, not one to connect to.
        Address = new Uri(app.Urls.Single().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
        Client = NewClient();
    }

    public WebApplication App { get; }

    public CapturedLogs Logs { get; }

    public string DataFolder { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>Starts one.</summary>
    /// <param name="dataFolder">To start again on the data of another; <c>null</c>: a new folder, deleted at the end.</param>
    /// <param name="services">Replaces services, such as the clock.</param>
    /// <param name="settings"><c>DataFlow:Samples=true</c></param>
    public static async Task<AppServer> StartAsync(string? dataFolder = null, Action<IServiceCollection>? services = null, params string[] settings)
    {
        var folder = dataFolder ?? Directory.CreateTempSubdirectory("dataflow-test-").FullName;
        var logs = new CapturedLogs();
        string[] args =
        [
            "--urls=http://127.0.0.1:0", $"--DataFlow:DataDirectory={folder}", "--DataFlow:Samples=false", "--environment=Development",
            .. settings.Select(setting => $"--{setting}"),
        ];
        var app = DataFlowHost.Build(args, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(logs);
            services?.Invoke(builder.Services);
        });
        try
        {
            await app.StartAsync();
            return new AppServer(app, logs, folder, ownsFolder: dataFolder is null);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client that follows no redirects and keeps no cookies.</summary>
    public HttpClient NewClient()
    {
#pragma warning disable RS0030 // The test is the outside world: it calls the server as a stranger does.
        return new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
#pragma warning restore RS0030
    }

    /// <summary>Sends JSON text as it is.</summary>
    public async Task<ApiReply> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request);
    }

    public async Task<ApiReply> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        return await ApiReply.ReadAsync(response);
    }

    public Task<ApiReply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<ApiReply> PostAsync(string path, string? json = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, json, headers);

    /// <summary>Saves a workflow that must be valid; answers its id.</summary>
    public async Task<string> CreateAsync(string definition)
    {
        var reply = await PostAsync("/workflows", definition);
        Assert.True(reply.Status == 201, reply.ToString());
        return reply.Json.GetProperty("workflow_id").GetString()!;
    }

    /// <summary>Executes and waits for the end; answers the execution document.</summary>
    public async Task<JsonElement> RunAsync(string workflowId, string body = "{}")
    {
        var reply = await PostAsync($"/workflows/{workflowId}/execute?include=inputs,outputs", body, ("Prefer", "wait=30"));
        Assert.True(reply.Status == 200, reply.ToString());
        return reply.Json;
    }

    /// <summary>Stops as if asked by a supervisor; the data folder stays for the next start when it was given.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        if (ownsFolder) Directory.Delete(DataFolder, recursive: true);
    }
}

/// <summary>A reply, read to its end.</summary>
internal sealed record ApiReply(int Status, string? MediaType, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public string? Header(string name) =>
        Headers.TryGetValues(name, out var values) || ContentHeaders.TryGetValues(name, out values) ? string.Join(",", values) : null;

    public static async Task<ApiReply> ReadAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);

    public override string ToString() => $"{Status} {MediaType} {Text}";
}
