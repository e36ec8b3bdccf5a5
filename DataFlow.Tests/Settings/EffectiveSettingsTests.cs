using System.Collections.Immutable;
using DataFlow.Web.Settings;
using Microsoft.Extensions.Configuration;

namespace DataFlow.Tests.Settings;

public sealed class EffectiveSettingsTests
{
    private const string Delivered =
        """{"DataFlow":{"StopSeconds":10,"Egress":{"AllowHosts":[]},"Telemetry":{"OtlpEndpoint":""},"Retention":{"MaxAgeDays":30}},"OpenAI":{"ApiKey":"","MaxInputTokens":10000},"Other":{"Password":"p"}}""";

    private static ImmutableArray<EffectiveSetting> Read(params (string Key, string Value)[] said)
    {
        var defaults = new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Delivered))).Build();
        var all = new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Delivered)))
            .AddCommandLine([.. said.Select(pair => $"--{pair.Key}={pair.Value}")]).Build();
        return EffectiveSettings.Read(all, defaults);
    }

    private static EffectiveSetting Of(string key, params (string Key, string Value)[] said) => Assert.Single(Read(said), setting => setting.Key == key);

    [Fact]
    public void Every_key_of_the_product_is_there_and_none_of_others() =>
        Assert.Equal(
            ["DataFlow:Egress:AllowHosts", "DataFlow:Retention:MaxAgeDays", "DataFlow:StopSeconds", "DataFlow:Telemetry:OtlpEndpoint", "OpenAI:ApiKey", "OpenAI:MaxInputTokens"],
            Read().Select(setting => setting.Key).Order());

    [Fact]
    public void What_was_changed_says_so_and_by_whom()
    {
        var changed = Of("DataFlow:Retention:MaxAgeDays", ("DataFlow:Retention:MaxAgeDays", "7"));
        Assert.Equal(("7", "30", true, "command line"), (changed.Value, changed.Default, changed.IsChanged, changed.Source));
        Assert.Equal("DataFlow__Retention__MaxAgeDays", changed.Variable);
        Assert.False(Of("DataFlow:StopSeconds").IsChanged);
    }

    [Fact]
    public void A_list_is_one_value()
    {
        var hosts = Of("DataFlow:Egress:AllowHosts", ("DataFlow:Egress:AllowHosts:0", "a.example"), ("DataFlow:Egress:AllowHosts:1", "b.example"));
        Assert.Equal(("a.example, b.example", "command line"), (hosts.Value, hosts.Source));
    }

    [Fact]
    public void Of_a_secret_only_stands_there_whether_there_is_one()
    {
        Assert.Equal("not set", Of("OpenAI:ApiKey").Value);
        Assert.Equal("set", Of("OpenAI:ApiKey", ("OpenAI:ApiKey", "sk-very-secret")).Value);
        Assert.Equal("set", Of("OpenAI:ApiKey", ("OPENAI_API_KEY", "sk-very-secret")).Value);
        Assert.Equal("10000", Of("OpenAI:MaxInputTokens").Value);
        Assert.DoesNotContain(Read(("OpenAI:ApiKey", "sk-very-secret"), ("OPENAI_API_KEY", "sk-very-secret")), setting => setting.ToString().Contains("sk-very", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_a_url_names_is_left_out() =>
        Assert.Equal("http://…@collector:4318/x", Of("DataFlow:Telemetry:OtlpEndpoint", ("DataFlow:Telemetry:OtlpEndpoint", "http://me:hidden@collector:4318/x")).Value);
}
