using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.Architecture;

public sealed class ExecutionEventTests
{
    private const string Snapshot = "DataFlow.Tests/Architecture/ExecutionEvents.txt";
    private static readonly NullabilityInfoContext Nullability = new();

    private static Type[] Events { get; } =
        [.. Repository.Engine.GetTypes().Where(type => type.IsSubclassOf(typeof(ExecutionEvent))).OrderBy(type => type.Name, StringComparer.Ordinal)];

    [Fact]
    public void There_are_events() => Assert.InRange(Events.Length, 10, 100);

    [Fact]
    public void Every_event_is_sealed() => Assert.All(Events, type => Assert.True(type.IsSealed, type.Name));

    [Fact]
    public void Every_event_has_one_word_in_the_journal_which_is_its_name()
    {
        var words = typeof(ExecutionEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().ToArray();

        Assert.Equal(Events, words.Select(word => word.DerivedType).OrderBy(type => type.Name, StringComparer.Ordinal));
        Assert.All(words, word => Assert.Equal(JsonNamingPolicy.SnakeCaseLower.ConvertName(word.DerivedType.Name), word.TypeDiscriminator));
    }

    // Recorded journals must replay for ever: a line of the snapshot may get optional members at its end, and new lines may come; nothing else.
    [Fact]
    public void Every_event_is_as_it_was_recorded()
    {
        string[] now = [.. Events.Append(typeof(TaskFailure)).Select(Describe), $"{nameof(TaskRunStatus)}: {string.Join(", ", Enum.GetNames<TaskRunStatus>())}"];

        Assert.Equal(Repository.Read(Snapshot), string.Join('\n', now) + '\n');
    }

    [Fact]
    public void A_changed_member_is_caught() =>
        Assert.Equal("Changed(At: DateTimeOffset, Ref: String?, Attempt: Int32 = 1, Words: List<String>?)", Describe(typeof(Changed)));

    private static string Describe(Type type)
    {
        var constructor = type.GetConstructors().Single();
        return $"{type.Name}({string.Join(", ", constructor.GetParameters().Select(Describe))})";
    }

    private static string Describe(ParameterInfo parameter)
    {
        var optional = parameter.ParameterType.IsValueType && parameter.HasDefaultValue && parameter.DefaultValue is not null ? $" = {parameter.DefaultValue}" : "";
        var nullable = Nullability.Create(parameter).WriteState is NullabilityState.Nullable ? "?" : "";
        return $"{parameter.Name}: {Name(Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType)}{nullable}{optional}";
    }

    private static string Name(Type type) =>
        type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;

    private sealed record Changed(DateTimeOffset At, string? Ref, int Attempt = 1, List<string>? Words = null);
}
