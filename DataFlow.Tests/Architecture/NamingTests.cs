using System.Reflection;
using System.Runtime.CompilerServices;
using DataFlow.Tests.Architecture.Controls;
using Microsoft.AspNetCore.Http;

namespace DataFlow.Tests.Architecture;

public sealed class NamingTests
{
    private static readonly string[] EmptyWords = ["Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Manager", "Common", "Misc"];

    [Fact]
    public void No_type_is_called_by_a_word_that_says_nothing() =>
        Assert.DoesNotContain(Product(), type => SaysNothing(type.Name));

    [Fact]
    public void A_type_called_by_such_a_word_is_caught()
    {
        Assert.True(SaysNothing(nameof(ExecutionManager)));
        Assert.False(SaysNothing("ManagerlessWord"));
    }

    [Fact]
    public void Every_public_asynchronous_method_ends_in_Async() => Assert.Empty(Product().SelectMany(Misnamed));

    [Fact]
    public void An_asynchronous_method_without_the_ending_is_caught() =>
        Assert.Equal([nameof(ExecutionManager.Run), nameof(ExecutionManager.List)], Misnamed(typeof(ExecutionManager)).Select(name => name.Split('.')[^1]));

    [Fact]
    public void The_product_is_not_empty() => Assert.InRange(Product().Count(), 100, 100_000);

    private static IEnumerable<Type> Product() => new[] { Repository.Engine, Repository.Web }
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.Namespace?.StartsWith("DataFlow.", StringComparison.Ordinal) is true && !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false));

    private static bool SaysNothing(string name) => EmptyWords.Any(word => name.Split('`')[0].EndsWith(word, StringComparison.Ordinal));

    // Names that others gave (overrides, interfaces and conventions of frameworks) are not ours to choose.
    private static IEnumerable<string> Misnamed(Type type) => type.IsSubclassOf(typeof(Delegate)) ? [] : type
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(method => !method.IsSpecialName && method.GetBaseDefinition() == method && IsAsynchronous(method.ReturnType))
        .Where(method => !method.Name.EndsWith("Async", StringComparison.Ordinal) && !method.Name.Contains('<') && !method.Name.Contains('.') && !IsMiddleware(method))
        .Where(method => !type.GetInterfaces().Where(contract => contract.Namespace?.StartsWith("DataFlow.", StringComparison.Ordinal) is not true).Any(contract => Implements(type, contract, method)))
        .Select(method => $"{type.FullName}.{method.Name}");

    private static bool IsMiddleware(MethodInfo method) => method is { Name: "Invoke" } && method.GetParameters() is [{ ParameterType: var first }, ..] && first == typeof(HttpContext);

    private static bool Implements(Type type, Type contract, MethodInfo method) =>
        !type.IsInterface && type.GetInterfaceMap(contract).TargetMethods.Contains(method);

    private static bool IsAsynchronous(Type type)
    {
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return open == typeof(Task) || open == typeof(Task<>) || open == typeof(ValueTask) || open == typeof(ValueTask<>) || open == typeof(IAsyncEnumerable<>);
    }
}
