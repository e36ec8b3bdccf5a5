namespace DataFlow.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void The_json_dialect_is_read_only() => Assert.True(Engine.EngineJson.Options.IsReadOnly);
}
