using System.ComponentModel;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DataFlow.Tests.TaskTypes;

public sealed class TaskCatalogTests
{
    private static readonly TaskCatalog Catalog = new([new RichTask(), new Plain("x")]);

    [Theory]
    [InlineData("Test.Plain")]
    [InlineData("test.plain")]
    [InlineData("TEST.PLAIN")]
    [InlineData("test_.pla_in")]
    public void A_name_is_found_whatever_its_case_and_underscores(string name)
    {
        Assert.True(Catalog.TryGet(name, out var type));
        Assert.Equal("Test.Plain", type.Specification.Type);
    }

    [Fact]
    public void An_alias_is_found_but_not_listed()
    {
        Assert.True(Catalog.TryGet("test.wealthy", out var type));
        Assert.Equal("Test.Rich", type.Specification.Type);
        Assert.Equal(["Test.Plain", "Test.Rich"], Catalog.All.Select(t => t.Specification.Type));
    }

    [Fact]
    public void An_unknown_name_is_not_found_but_a_near_one_is_suggested()
    {
        Assert.False(Catalog.TryGet("Test.Plane", out _));
        Assert.Equal("Test.Plain", Catalog.Nearest("Test.Plane"));
        Assert.Null(Catalog.Nearest("Web.Download"));
    }

    [Fact]
    public void Two_types_of_one_name_are_refused_with_both_classes_named()
    {
        var exception = Assert.Throws<MalformedTaskTypeException>(() => new TaskCatalog([new RichTask(), new Impostor()]));
        Assert.Equal("Test.Wealthy (Impostor): RichTask is called so already.", Assert.Single(exception.Reasons));
    }

    [Fact]
    public void Malformed_types_are_refused_all_at_once()
    {
        var exception = Assert.Throws<MalformedTaskTypeException>(() => new TaskCatalog([new Undescribed(), new Unexampled()]));
        Assert.Equal(["Test.Undescribed (Undescribed): input.value has no [Description].", "Test.Unexampled (Unexampled): it has no [TaskExample]."], exception.Reasons);
    }

    [Fact]
    public void A_scan_takes_constructor_parameters_from_the_services()
    {
        using var services = new ServiceCollection().AddSingleton("given").BuildServiceProvider();
        var plain = ActivatorUtilities.CreateInstance<Plain>(services);
        Assert.Equal("given", plain.Given);
    }

    [Fact]
    public void A_class_that_is_no_task_type_is_refused_by_a_scan()
    {
        using var services = new ServiceCollection().AddSingleton("given").BuildServiceProvider();
        var exception = Assert.Throws<MalformedTaskTypeException>(() => TaskCatalog.Scan([typeof(TaskCatalogTests).Assembly], services));
        Assert.Contains(exception.Reasons, reason => reason.Contains(nameof(NotATask), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_malformed_type_stops_the_host_with_its_reason()
    {
        using var host = new HostBuilder().ConfigureServices(services => services.AddTaskTypes(typeof(TaskCatalogTests).Assembly)).Build();
        var exception = await Assert.ThrowsAsync<MalformedTaskTypeException>(() => host.StartAsync(Xunit.TestContext.Current.CancellationToken));
        Assert.Contains(nameof(NotATask), exception.Message, StringComparison.Ordinal);
    }

    [TaskType("Test.NotATask", "Is none.")]
    internal sealed class NotATask;

    public sealed record Value([Description("A value.")] string Text);

    public sealed record Bare(string Value);

    internal abstract class TestTask<TInput> : TaskType<TInput, NoOutput> where TInput : class
    {
        protected override ValueTask<NoOutput> RunAsync(TInput input, TaskContext context, CancellationToken cancellationToken) => new(new NoOutput());
    }

    [TaskType("Test.Plain", "Plain.")]
    [TaskExample("""{ "ref": "a", "type": "Test.Plain", "input": { "text": "b" } }""")]
    internal sealed class Plain(string given) : TestTask<Value>
    {
        public string Given => given;
    }

    [TaskType("Test.Wealthy", "Has another's alias for a name.")]
    [TaskExample("""{ "ref": "a", "type": "Test.Wealthy", "input": { "text": "b" } }""")]
    internal sealed class Impostor : TestTask<Value>;

    [TaskType("Test.Undescribed", "Says nothing about its field.")]
    [TaskExample("""{ "ref": "a", "type": "Test.Undescribed", "input": { "value": "b" } }""")]
    internal sealed class Undescribed : TestTask<Bare>;

    [TaskType("Test.Unexampled", "Has no example.")]
    internal sealed class Unexampled : TestTask<Value>;
}
