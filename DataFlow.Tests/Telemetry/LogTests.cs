using System.Collections.Concurrent;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace DataFlow.Tests.Telemetry;

/// <summary>Log lines as the JSON console writes them.</summary>
public sealed class LogTests
{
    private const string Caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Theory]
    [InlineData("DataFlow:Logging:Format=json")]
    [InlineData("DataFlow:Logging:Format=JSON")]
    [InlineData("Logging:Console:FormatterName=json")]
    public async Task A_line_written_during_an_attempt_says_where_it_belongs(string setting)
    {
        var script = new TestScript { Behaviour = static (_, _, _) => throw new InvalidOperationException("a bug") };
        var lines = new JsonLines();
        await using var server = await AppServer.StartAsync(
            services: services => services.AddSingleton(TestCatalog.With(script)).AddSingleton<ILoggerProvider>(provider => lines.Use(provider)), settings: setting);
        var workflow = await server.CreateAsync("""{ "name": "t", "input": [{ "name": "x", "type": "string" }], "tasks": [{ "ref": "pure", "type": "Test.Pure", "input": { "value": "{{input.x}}" }, "on_error": "continue" }, { "ref": "other", "type": "Test.Idempotent", "input": { "value": "{{input.x}}" } }], "output": [] }""");
        var reply = await server.PostAsync($"/workflows/{workflow}/execute", """{"input":{"x":"s3cret"}}""", ("Prefer", "wait=30"), ("traceparent", Caller));

        var execution = reply.Json.GetProperty("execution_id").GetString();
        var written = lines.All.Where(line => line.GetProperty("LogLevel").GetString() == "Error").ToArray();
        Assert.Equal(["pure", "other"], written.Select(line => Scope(line, "task_ref").GetString()));
        Assert.All(written, line =>
        {
            Assert.Equal((execution, workflow), (Scope(line, "execution_id").GetString(), Scope(line, "workflow_id").GetString()));
            Assert.Equal((1, 1), (Scope(line, "workflow_version").GetInt32(), Scope(line, "attempt").GetInt32()));
            Assert.Equal(Caller.Split('-')[1], Scope(line, "trace_id").GetString());
            Assert.Matches("^[0-9a-f]{16}$", Scope(line, "span_id").GetString());
            Assert.EndsWith("Z", line.GetProperty("Timestamp").GetString());
        });
        Assert.All(lines.All, line => Assert.DoesNotContain("s3cret", line.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_leave_no_line_by_themselves()
    {
        await using var server = await AppServer.StartAsync();
        await server.GetAsync("/workflows");
        await server.GetAsync("/workflows/wf-00000000");

        Assert.DoesNotContain(server.Logs.Entries, entry => entry.Message.Contains("/workflows", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_line_of_a_server_that_writes_json_is_json()
    {
        using var place = new AppPlace();
        await using var server = await AppProcess.StartAsync(place, null, "DataFlow__Logging__Format=json");
        await server.StopAsync();

        var lines = server.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
        Assert.Contains(lines, line => line.Contains("Data Flow Platform is ready", StringComparison.Ordinal));
    }

    private static JsonElement Scope(JsonElement line, string name) =>
        line.GetProperty("Scopes").EnumerateArray().Where(scope => scope.ValueKind == JsonValueKind.Object && scope.TryGetProperty(name, out _)).Select(scope => scope.GetProperty(name)).Single();

    /// <summary>Writes with the formatter that the console would use, into memory.</summary>
    private sealed class JsonLines : ILoggerProvider, ISupportExternalScope
    {
        private readonly ConcurrentQueue<JsonElement> _lines = new();
        private IServiceProvider _services = null!;
        private IExternalScopeProvider? _scopes;

        public IReadOnlyCollection<JsonElement> All => _lines;

        public JsonLines Use(IServiceProvider services)
        {
            _services = services;
            return this;
        }

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose()
        {
        }

        private void Write<TState>(in LogEntry<TState> entry)
        {
            var name = _services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName;
            // The server's providers are taken away in tests, and the console's formatters with them: this is the one of that name, with the server's options.
            Assert.Equal(ConsoleFormatterNames.Json, name);
            using var text = new StringWriter();
            _services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == name).Write(entry, _scopes, text);
            _lines.Enqueue(JsonElement.Parse(text.ToString()));
        }

        private sealed class Logger(JsonLines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter));
        }
    }
}
