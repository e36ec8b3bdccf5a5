using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Scriban;
using Scriban.Functions;
using Scriban.Runtime;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>The functions expressions may call: the library's by an allowlist, some replaced where they would lose digits, ask the machine's clock or know its time zone.</summary>
internal static class ScriptFunctions
{
    public static readonly FrozenDictionary<string, LibraryFunction> All = Build();

    /// <summary>What functions are grouped under: <c>string</c>, <c>array</c> …</summary>
    public static readonly FrozenSet<string> Groups = All.Keys.Select(name => name[..name.IndexOf('.', StringComparison.Ordinal)]).ToFrozenSet();

    public static readonly FrozenDictionary<string, string> Forbidden = ScriptFunctionTable.Forbidden.ToFrozenDictionary(function => function.Name, function => function.Why);

    private static FrozenDictionary<string, LibraryFunction> Build()
    {
        var library = TemplateContext.GetDefaultBuiltinObject();
        var own = Own();
        return ScriptFunctionTable.Allowed.ToFrozenDictionary(
            function => function.Name,
            function =>
            {
                var (group, name) = (function.Name.Split('.')[0], function.Name.Split('.')[1]);
                var inner = own.TryGetValue(function.Name, out var replaced) ? replaced : (IScriptCustomFunction)((ScriptObject)library[group]!)[name]!;
                return new LibraryFunction(function.Name, inner, function.Result, function.Description);
            });
    }

    private static Dictionary<string, IScriptCustomFunction> Own() => new()
    {
        ["array.sort"] = Make((TemplateContext context, object? list, string? member = null) => Sort((Evaluation)context, list, member)),
        ["date.now"] = Make((TemplateContext context) => ((Evaluation)context).Scope.Now.UtcDateTime),
        ["date.utc_now"] = Make((TemplateContext context) => ((Evaluation)context).Scope.Now.UtcDateTime),
        ["date.parse"] = Make((TemplateContext context, string text, string? pattern = null) => ParseDate(context, text, pattern)),
        ["math.abs"] = Make((object value) => IsInteger(value) ? BigInteger.Abs(ToBig(value)) : Round(value, decimal.Abs, Math.Abs)),
        ["math.ceil"] = Make((object value) => Round(value, decimal.Ceiling, Math.Ceiling)),
        ["math.floor"] = Make((object value) => Round(value, decimal.Floor, Math.Floor)),
        ["math.round"] = Make((object value, int precision = 0) =>
            Round(value, number => decimal.Round(number, precision), number => Math.Round(number, precision))),
        ["object.from_json"] = Make((TemplateContext context, string json) => FromJson((Evaluation)context, json)),
        ["object.to_json"] = Make((TemplateContext context, object? value) => ScriptValues.Json(value, (Evaluation)context)),
        ["regex.matches"] = Make((TemplateContext context, string text, string pattern, string? options = null) =>
            Matches((Evaluation)context, text, pattern, options ?? "")),
        ["timespan.zero"] = Make(() => TimeSpan.Zero),
    };

    private static bool IsInteger(object value) => value is int or long or BigInteger;

    private static BigInteger ToBig(object value) => value is BigInteger big ? big : Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static DynamicCustomFunction Make(Delegate function) => DynamicCustomFunction.Create(function);

    private static object Round(object value, Func<decimal, decimal> exact, Func<double, double> nearest) => value switch
    {
        int or long or BigInteger => value,
        decimal number => exact(number),
        double number => nearest(number),
        float number => nearest(number),
        string text when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => exact(number),
        _ => throw new EvaluationFailure("template_error", $"A number is needed, not {ScriptValues.Describe(value)}."),
    };

    private static ScriptArray Sort(Evaluation evaluation, object? list, string? member)
    {
        var items = list switch
        {
            null => [],
            ScriptArray array => array,
            _ => [list],
        };
        var path = string.IsNullOrEmpty(member) ? [] : member.Split('.');
        object? Key(object? item) => path.Aggregate(item, (from, name) => ScriptMembers.TryStep(from, PathSegment.Member(name), out var value) ? value : null);
        return [.. items.OrderBy(Key, new ValueOrder(evaluation))];
    }

    private static DateTime ParseDate(TemplateContext context, string text, string? pattern)
    {
        if (pattern is null)
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
                ? date.UtcDateTime
                : throw new EvaluationFailure("template_error", "'date.parse' was given a text that is no date.");
        }

        // The library knows the pattern language, but thinks in the machine's time zone; it answers year 1 for what it can not read.
        var local = DateTimeFunctions.Parse(context, text, pattern);
        return local is null || local == default(DateTime) ? throw new EvaluationFailure("template_error", "'date.parse' was given a text that does not fit the pattern.")
            : pattern.Contains("%Z", StringComparison.Ordinal) ? local.Value.ToUniversalTime()
            : DateTime.SpecifyKind(local.Value, DateTimeKind.Utc);
    }

    private static ScriptArray Matches(Evaluation evaluation, string text, string pattern, string options)
    {
        var regex = new Regex(pattern, options.Aggregate(RegexOptions.None, (all, letter) => all | letter switch
        {
            'i' => RegexOptions.IgnoreCase,
            'm' => RegexOptions.Multiline,
            's' => RegexOptions.Singleline,
            'x' => RegexOptions.IgnorePatternWhitespace,
            _ => RegexOptions.None,
        }), TemplateLimits.RegexTime);
        var matches = new ScriptArray();
        evaluation.EnterLoop();
        for (var match = regex.Match(text); match.Success; match = match.NextMatch())
        {
            evaluation.LoopStep();
            matches.Add(new ScriptArray(match.Groups.Values.Select(group => group.Value)));
        }

        evaluation.LeaveLoop();
        return matches;
    }

    private static object? FromJson(Evaluation evaluation, string json)
    {
        try
        {
            return ScriptValues.FromJson(JsonElement.Parse(json, EngineJson.DocumentOptions), evaluation);
        }
        catch (JsonException)
        {
            throw new EvaluationFailure("template_error", "'object.from_json' was given a text that is no JSON.");
        }
    }

    /// <summary>Numbers by value, texts by their letters' codes; what can not be compared is in the order of its kind.</summary>
    private sealed class ValueOrder(Evaluation evaluation) : IComparer<object?>
    {
        public int Compare(object? x, object? y)
        {
            evaluation.Step();
            return (x, y) switch
            {
                (string left, string right) => string.CompareOrdinal(left, right),
                (bool left, bool right) => left.CompareTo(right),
                (DateTime left, DateTime right) => left.CompareTo(right),
                (TimeSpan left, TimeSpan right) => left.CompareTo(right),
                (int left, int right) => left.CompareTo(right),
                _ when IsNumber(x) && IsNumber(y) => CompareNumbers(x!, y!),
                _ => Kind(x).CompareTo(Kind(y)),
            };
        }

        private static bool IsNumber(object? value) => ScriptValues.ResultOf(value) is ExpressionResult.Integer or ExpressionResult.Number;

        private static int CompareNumbers(object x, object y) => (x, y) switch
        {
            (double or float, _) or (_, double or float) or (BigInteger, decimal) or (decimal, BigInteger) => ToDouble(x).CompareTo(ToDouble(y)),
            (decimal, _) or (_, decimal) => Convert.ToDecimal(x, CultureInfo.InvariantCulture).CompareTo(Convert.ToDecimal(y, CultureInfo.InvariantCulture)),
            _ => ToBig(x).CompareTo(ToBig(y)),
        };

        private static double ToDouble(object value) => value is BigInteger big ? (double)big : Convert.ToDouble(value, CultureInfo.InvariantCulture);

        private static int Kind(object? value) => value is null ? -1 : (int)ScriptValues.ResultOf(value);
    }
}
