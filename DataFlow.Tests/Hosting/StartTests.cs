using System.Diagnostics;
using DataFlow.Engine;
using DataFlow.Engine.Egress;
using DataFlow.Engine.TaskTypes.OpenAI;
using DataFlow.Engine.Webhooks;
using DataFlow.Tests.Support;
using DataFlow.Web.Hosting;
using DataFlow.Web.Telemetry;
using Microsoft.Extensions.Configuration;

namespace DataFlow.Tests.Hosting;

/// <summary>The program as it is started: a process of its own.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://0.0.0.0:0", "DataFlow:AllowInsecure")]
    [InlineData("ASPNETCORE_URLS", "http://*:0", "DataFlow:AllowInsecure")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "8080", null)]
    [InlineData("DataFlow__MaxConcurrentExecutions", "many", "DataFlow:MaxConcurrentExecutions")]
    [InlineData("DataFlow__MaxConcurrentExecutions", "0", "DataFlow:MaxConcurrentExecutions: ")]
    [InlineData("DataFlow__Durability", "Some", "DataFlow:Durability")]
    [InlineData("DataFlow__Egress__AllowCidrs__0", "10.0.0.0/99", "DataFlow:Egress:AllowCidrs")]
    [InlineData("DataFlow__AllowInsecure", "perhaps", "DataFlow:AllowInsecure")]
    [InlineData("DataFlow__Smaples", "false", "DataFlow:Smaples: there is no such setting. Did you mean DataFlow:Samples?")]
    [InlineData("OpenAI__BaseUlr", "http://localhost:11434/v1", "OpenAI:BaseUlr: there is no such setting. Did you mean OpenAI:BaseUrl?")]
    [InlineData("OpenAI__MaxInputTokens", "1", "OpenAI:MaxInputTokens: ")]
    [InlineData("DataFlow__Webhooks__MaxAttempts", "0", "DataFlow:Webhooks:MaxAttempts: ")]
    [InlineData("DataFlow__Logging__Format", "xml", "DataFlow:Logging:Format: ")]
    [InlineData("DataFlow__Telemetry__OtlpEndpoint", "localhost:4317", "DataFlow:Telemetry:OtlpEndpoint: ")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector", "OTEL_EXPORTER_OTLP_ENDPOINT: ")]
    public async Task A_wrong_configuration_stops_the_start_with_one_line_that_names_the_key(string variable, string value, string? named)
    {
        // HTTP_PORTS alone is overridden by the address in the root appsettings.json, so that a base image's variable does not open the server.
        if (named is null)
        {
            Assert.Equal(["http://127.0.0.1:5000"], ListeningAddresses.Of(Configured(variable, value)).Select(one => one.Address));
            return;
        }

        var (code, error) = await RunAsync((variable, value));

        Assert.True(code == StartupFailure.ExitCode, $"{code}: {error}");
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public void Every_setting_stands_in_the_root_file_with_its_default()
    {
        var file = new ConfigurationBuilder().AddJsonFile(RepositoryFiles.Of("appsettings.json")).Build();

        AssertDefaults(file, EngineOptions.Section, new EngineOptions());
        AssertDefaults(file, EngineOptions.Section, new HostingOptions());
        AssertDefaults(file, EgressOptions.Section, new EgressOptions());
        AssertDefaults(file, WebhookOptions.Section, new WebhookOptions());
        AssertDefaults(file, TelemetryOptions.Section, new TelemetryOptions());
        AssertDefaults(file, LogOptions.Section, new LogOptions());
        AssertDefaults(file, OpenAIOptions.Section, new OpenAIOptions());
    }

    private static void AssertDefaults(IConfiguration file, string section, object options)
    {
        foreach (var property in options.GetType().GetProperties())
        {
            // Lists are empty, and what has no default says so by being absent.
            if (property.GetValue(options) is not { } value || value is System.Collections.IList) continue;
            Assert.Equal(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture), file[$"{section}:{property.Name}"]);
        }
    }

    [Fact]
    public async Task A_data_directory_in_use_stops_the_second_start_with_one_line()
    {
        await using var first = await AppServer.StartAsync();

        var (code, error) = await RunAsync(("DataFlow__DataDirectory", first.DataFolder), ("ASPNETCORE_URLS", "http://127.0.0.1:0"));

        Assert.True(code == StartupFailure.ExitCode, $"{code}: {error}");
        Assert.Contains("is in use", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task An_address_in_use_stops_the_start_with_one_line()
    {
        await using var first = await AppServer.StartAsync();

        var (code, error) = await RunAsync(("ASPNETCORE_URLS", first.Address.GetLeftPart(UriPartial.Authority)));

        Assert.True(code == StartupFailure.ExitCode, $"{code}: {error}");
        Assert.Contains("address already in use", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Keys_lie_in_the_data_directory_for_the_owner_only()
    {
        await using var server = await AppServer.StartAsync();
        var protector = server.Get<ISecretProtector>();

        var secret = protector.Protect("whsec_x"u8);

        Assert.Equal("whsec_x"u8.ToArray(), protector.Unprotect(secret));
        Assert.Null(protector.Unprotect([1, 2, 3]));
        var keys = Path.Combine(server.DataFolder, "keys");
        Assert.NotEmpty(Directory.GetFiles(keys));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(keys));
    }

    private static ConfigurationManager Configured(string variable, string value)
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder([$"--{variable["ASPNETCORE_".Length..]}={value}"]);
        RootConfiguration.Use(builder.Configuration);
        return builder.Configuration;
    }

    private static async Task<(int Code, string Error)> RunAsync(params (string Name, string Value)[] environment)
    {
        var folder = Directory.CreateTempSubdirectory("dataflow-start-");
        try
        {
            var program = Path.Combine(AppContext.BaseDirectory, "DataFlow.Web.dll");
            var start = new ProcessStartInfo("dotnet", [program]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder.FullName };
            foreach (var (name, value) in environment) start.Environment[name] = value;
            using var process = Process.Start(start)!;
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            try
            {
                var (error, _) = (process.StandardError.ReadToEndAsync(patience.Token), process.StandardOutput.ReadToEndAsync(patience.Token));
                await process.WaitForExitAsync(patience.Token);
                return (process.ExitCode, await error);
            }
            finally
            {
                if (!process.HasExited) process.Kill();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
