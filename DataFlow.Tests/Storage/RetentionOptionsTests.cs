using DataFlow.Engine.Storage.Retention;
using DataFlow.Tests.Architecture;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DataFlow.Tests.Storage;

public sealed class RetentionOptionsTests
{
    [Theory]
    [InlineData("MaxAgeDays", "-1")]
    [InlineData("FailedMaxAgeDays", "40000")]
    [InlineData("FailedMaxAgeDays", "29")]
    [InlineData("MaxExecutions", "-1")]
    [InlineData("MaxExecutionsPerWorkflow", "-5")]
    [InlineData("MaxMegabytes", "-1")]
    [InlineData("IntervalSeconds", "0")]
    public void A_wrong_value_is_refused_by_its_name(string key, string value) =>
        Assert.Contains(key, Assert.Throws<OptionsValidationException>(() => Read((key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_misspelt_key_is_refused_by_its_name() =>
        Assert.Contains("MaxAge'", Assert.Throws<InvalidOperationException>(() => Read(("MaxAge", "3"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Failures_without_an_age_are_kept_for_ever() => Assert.Equal(0, Read(("FailedMaxAgeDays", "0")).FailedMaxAgeDays);

    [Fact]
    public void The_root_appsettings_names_every_option_with_its_default()
    {
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Repository.Read("appsettings.json")))).Build();
        var section = configuration.GetSection(RetentionOptions.Section);
        var properties = typeof(RetentionOptions).GetProperties();
        Assert.NotEmpty(properties);
        Assert.All(properties, property => Assert.Equal($"{property.GetValue(new RetentionOptions())}", section[property.Name]));
    }

    private static RetentionOptions Read(params (string Key, string Value)[] values)
    {
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create($"{RetentionOptions.Section}:{pair.Key}", (string?)pair.Value))).Build())
            .AddRetention()
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<RetentionOptions>>().Value;
    }
}
