using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Engine.TaskTypes;

/// <summary>All task types this process knows. Immutable after start.</summary>
public interface ITaskCatalog
{
    /// <summary>All of them, by name.</summary>
    IReadOnlyList<TaskType> All { get; }

    /// <summary>Finds one by its name as written by a user: case and <c>_</c> are ignored, aliases are known.</summary>
    bool TryGet(string name, [NotNullWhen(true)] out TaskType? type);

    /// <summary>The nearest known name, for "did you mean", or <c>null</c>.</summary>
    string? Nearest(string name);
}

/// <summary>The catalogue of given task types; refuses to be made when any of them breaks a rule.</summary>
public sealed class TaskCatalog : ITaskCatalog
{
    private readonly Dictionary<string, TaskType> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly string[] _names;

    /// <summary>Takes the types.</summary>
    /// <exception cref="MalformedTaskTypeException">Says everything that is wrong with any of them.</exception>
    public TaskCatalog(IEnumerable<TaskType> types)
    {
        var reasons = new List<string>();
        var sound = new List<TaskType>();
        foreach (var type in types)
        {
            try
            {
                var specification = type.Specification;
                sound.Add(type);
                foreach (var name in specification.Aliases.Prepend(specification.Type))
                    if (!_byName.TryAdd(Key(name), type) && _byName[Key(name)] != type)
                        reasons.Add($"{name} ({type.GetType().Name}): {_byName[Key(name)].GetType().Name} is called so already.");
            }
            catch (MalformedTaskTypeException exception)
            {
                reasons.AddRange(exception.Reasons);
            }
        }
        if (reasons is not []) throw new MalformedTaskTypeException(reasons);
        All = [.. sound.OrderBy(type => type.Specification.Type, StringComparer.Ordinal)];
        _names = [.. All.Select(type => type.Specification.Type)];
    }

    /// <summary>Makes one of every class with <see cref="TaskTypeAttribute"/>, its constructor's parameters taken from <paramref name="services"/>.</summary>
    /// <exception cref="MalformedTaskTypeException">Says everything that is wrong with any of them.</exception>
    public static TaskCatalog Scan(IEnumerable<Assembly> assemblies, IServiceProvider services)
    {
        var classes = assemblies.Distinct().SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsDefined(typeof(TaskTypeAttribute), inherit: false)).ToList();
        string[] reasons = [.. classes.Where(type => type.IsAbstract || !type.IsAssignableTo(typeof(TaskType))).Select(type => $"{type.FullName} has [TaskType] but is not a class derived from TaskType<,>.")];
        return reasons is []
            ? new(classes.Select(type => (TaskType)ActivatorUtilities.CreateInstance(services, type)))
            : throw new MalformedTaskTypeException(reasons);
    }

    /// <inheritdoc/>
    public IReadOnlyList<TaskType> All { get; }

    /// <inheritdoc/>
    public bool TryGet(string name, [NotNullWhen(true)] out TaskType? type)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.TryGetValue(Key(name), out type);
    }

    /// <inheritdoc/>
    public string? Nearest(string name) => NearestName.Find(name, _names);

    private static string Key(string name) => name.Replace("_", "", StringComparison.Ordinal);
}
