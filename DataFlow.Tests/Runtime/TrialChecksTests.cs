using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Tests.Support;
using static DataFlow.Tests.Runtime.Trials;

#pragma warning disable xUnit1069 // The harness watches the token of the test.

namespace DataFlow.Tests.Runtime;

/// <summary>What is refused of a trial, and what it is planned to do.</summary>
public sealed class TrialChecksTests
{
    [Fact(Timeout = Soon)]
    public async Task Problems_are_told_at_their_places_in_the_whole_definition()
    {
        await using var harness = await EngineHarness.StartAsync();
        Assert.Equal(
            [("#/tasks/3/type", "unknown_task_type"), ("#/tasks/3/input/value", "unknown_ref")],
            Refused(harness, Of(Three) with { Only = "d" }));
        Assert.Equal([("#/input/x", "required")], Refused(harness, Of(Three) with { UpTo = "b" }));
        Assert.Equal([("#/up_to", "unknown_ref")], Refused(harness, Of(Three) with { UpTo = "nobody" }));
        Assert.Equal([("#/only", "unknown_ref")], Refused(harness, Of(Three) with { Only = "nobody" }));
        Assert.Equal([("#/tasks", "type_mismatch")], Refused(harness, Of("""{ "name": "test", "tasks": 1 }""") with { Only = "a" }));
    }

    [Theory]
    [InlineData("""{ "ref": "a", "type": "Test.Pure", "input": { "value": "{{ refs.b.output.value }}" } }, { "ref": "b", "type": "Test.Pure" }""", "forward_reference")]
    [InlineData("""{ "ref": "a", "type": "Test.Pure", "depends_on": ["b"] }, { "ref": "b", "type": "Test.Pure", "depends_on": ["a"] }""", "cycle")]
    public async Task An_order_that_cannot_be_is_refused_as_on_saving(string tasks, string code)
    {
        await using var harness = await EngineHarness.StartAsync();
        Assert.Contains(Refused(harness, Of($$"""{ "name": "test", "tasks": [{{tasks}}] }""") with { UpTo = "a" }), problem => problem.Code == code);
    }

    [Fact]
    public async Task A_credential_must_be_given_as_for_an_execution_but_not_for_what_is_given()
    {
        const string Summary =
            """{ "name": "test", "tasks": [{ "ref": "a", "type": "OpenAI.Text.Summarize", "input": { "text": "Long." } }, { "ref": "b", "type": "Test.Pure", "input": { "value": "{{ refs.a.output.summary }}" } }] }""";
        await using var harness = await EngineHarness.StartAsync();
        Assert.Equal([("#", "credential_required")], Refused(harness, Of(Summary) with { UpTo = "b" }));
        Assert.Equal(["openai"], harness.Engine.PlanTrial(Of(Summary) with { UpTo = "b" }).Value!.MissingCredentials);
        Assert.Equal("Short.", Value(await EndAsync(harness, Of(Summary) with { UpTo = "b", Outputs = Given("a", """{ "summary": "Short." }""") }), "b"));
    }

    [Fact]
    public async Task Credentials_are_handed_to_the_tasks()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = static (_, context, _) => ValueTask.FromResult(new ScriptedTask.Output(JsonSerializer.SerializeToElement(context.Credentials["openai"])));
        var ended = await EndAsync(harness, Of(Three) with { Only = "a", Input = Json("""{ "x": "1" }"""), Credentials = ImmutableDictionary<string, string>.Empty.Add("openai", "sk-1") });

        Assert.Equal("sk-1", Value(ended, "a"));
    }

    [Fact]
    public async Task An_output_that_no_task_could_give_is_too_large_to_be_given()
    {
        await using var harness = await EngineHarness.StartAsync(null, ("DataFlow:MaxOutputBytes", "1024"));
        Assert.Equal([("#/outputs/b", "too_large")], Refused(harness, Of(Three) with { Only = "c", Outputs = Given("b", $$"""{ "value": "{{new string('x', 2000)}}" }""") }));
    }

    [Fact]
    public async Task A_plan_says_what_would_run_and_what_is_needed()
    {
        await using var harness = await EngineHarness.StartAsync();
        var alone = harness.Engine.PlanTrial(Of(Three) with { Only = "c" }).Value!;
        Assert.Equal(["c"], alone.Runs);
        Assert.Empty(alone.Inputs);
        var named = Assert.Single(alone.Outputs);
        Assert.Equal(("b", false), (named.Ref, named.IsGiven));
        Assert.Equal(["value"], Assert.Single(named.Named));

        var all = harness.Engine.PlanTrial(Of(Three) with { UpTo = "c", Outputs = Given("b", "1") }).Value!;
        Assert.Equal(["c"], all.Runs);
        Assert.True(Assert.Single(all.Outputs).IsGiven);
        Assert.Equal("x", Assert.Single(harness.Engine.PlanTrial(Of(Three) with { UpTo = "c" }).Value!.Inputs).Name);
    }
}
