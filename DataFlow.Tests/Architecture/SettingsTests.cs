using System.Reflection;
using System.Text.Json;
using DataFlow.Engine;

namespace DataFlow.Tests.Architecture;

public sealed class SettingsTests
{
    [Fact]
    public void The_root_appsettings_names_every_engine_option_with_its_default()
    {
        using var settings = JsonDocument.Parse(Repository.Read("appsettings.json"), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var section = settings.RootElement.GetProperty(EngineOptions.Section);
        var defaults = new EngineOptions();
        var properties = typeof(EngineOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance);

        Assert.NotEmpty(properties);
        Assert.All(properties, property =>
        {
            Assert.True(section.TryGetProperty(property.Name, out var value), $"{EngineOptions.Section}:{property.Name} is missing.");
            Assert.Equal($"{property.GetValue(defaults)}", value.ToString());
        });
    }
}
