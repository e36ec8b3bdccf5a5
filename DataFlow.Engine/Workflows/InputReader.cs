using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>Reads declared inputs and the schemas nested in them.</summary>
internal sealed class InputReader(ProblemList problems)
{
    private static readonly string[] s_facets = ["type", "description", "required", "default", "enum", "minimum", "maximum", "pattern", "items", "properties"];

    private static readonly Dictionary<string, string> s_siblings = new()
    {
        ["title"] = "name", ["key"] = "name", ["optional"] = "required", ["value"] = "default", ["options"] = "enum", ["choices"] = "enum", ["values"] = "enum",
        ["min"] = "minimum", ["max"] = "maximum", ["regex"] = "pattern", ["fields"] = "properties",
    };

    private static readonly MemberNames s_input = new("an input", ["name", .. s_facets]) { Siblings = s_siblings };
    private static readonly MemberNames s_member = new("a declared member", s_facets) { Siblings = s_siblings };
    private static readonly MemberNames s_item = new("the items of an array", [.. s_facets.Except(["required", "default"])]) { Siblings = s_siblings };

    private static readonly Dictionary<string, DataType> s_types = new(StringComparer.Ordinal)
    {
        ["string"] = DataType.String, ["text"] = DataType.String, ["integer"] = DataType.Integer, ["number"] = DataType.Number, ["boolean"] = DataType.Boolean,
        ["object"] = DataType.Object, ["array"] = DataType.Array, ["file"] = DataType.File, ["any"] = DataType.Any,
    };

    private static readonly Dictionary<string, string> s_otherTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["str"] = "string", ["int"] = "integer", ["int32"] = "integer", ["int64"] = "integer", ["long"] = "integer", ["float"] = "number", ["double"] = "number", ["decimal"] = "number",
        ["bool"] = "boolean", ["list"] = "array", ["map"] = "object", ["dict"] = "object", ["json"] = "any", ["binary"] = "file", ["url"] = "string", ["uri"] = "string", ["date"] = "string",
    };

    public ImmutableArray<InputDefinition> ReadList(ObjectReader workflow)
    {
        var inputs = ImmutableArray.CreateBuilder<InputDefinition>();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var item in workflow.Items("input", least: 0, WorkflowLimits.Names))
        {
            if (ObjectReader.Open(item, JsonPointer.Append(workflow.At("input"), index++), s_input, problems) is not { } reader) continue;
            var name = Name(reader, names, "input");
            var property = Property(reader, name ?? "");
            inputs.Add(new InputDefinition(property.Name, property.Schema, property.Required, property.Default));
        }

        return inputs.ToImmutable();
    }

    /// <summary>The name of an input or output; the same rule for both.</summary>
    public static string? Name(ObjectReader reader, Dictionary<string, string> names, string kind)
    {
        reader.Require("name", $"what expressions and callers call the {kind}.");
        if (reader.Text("name") is not { } name) return null;
        CheckName(name, reader.At("name"), kind, reader.Problems);
        if (!names.TryAdd(name, reader.At("name")))
            reader.Problems.Add(reader.At("name"), ProblemCodes.DuplicateName, $"There is another {kind} {Wording.Quote(name)} at {names[name]}.");
        return name;
    }

    public static DataType? Type(ObjectReader reader)
    {
        reader.Require("type", $"one of {string.Join(", ", s_types.Keys.Where(key => key != "text"))}.");
        if (reader.Text("type") is not { } written) return null;
        if (s_types.TryGetValue(written, out var type)) return type;
        var meant = s_otherTypes.GetValueOrDefault(written) ?? NearestName.Find(written, s_types.Keys);
        reader.Problems.Add(reader.At("type"), ProblemCodes.Enum, $"Allowed are {string.Join(", ", s_types.Keys)}; found {Wording.Quote(written)}.", meant);
        return null;
    }

    private static void CheckName(string name, string pointer, string kind, ProblemList problems)
    {
        if (Names.IsReservedName(name))
            problems.Add(pointer, ProblemCodes.NameFormat, $"{Wording.Quote(name)} is reserved; choose another name.");
        else if (!Names.IsIdentifier(name))
            problems.Add(pointer, ProblemCodes.NameFormat, $"The name of an {kind} is {Names.Rule}; found {Wording.Quote(name)}.", Names.ToIdentifier(name));
    }

    private PropertySchema Property(ObjectReader reader, string name)
    {
        var given = reader.Get("default");
        var required = reader.Boolean("required");
        var schema = Schema(reader);
        if (given is not null && required == true)
            problems.Add(reader.At("required"), ProblemCodes.Contradiction, "What has a default is not required: leave out 'required', or the default.");
        if (given is { } standIn) ValueChecker.Check(standIn, schema, reader.At("default"), problems);
        else if (required == false) schema = schema with { Nullable = true };
        return new PropertySchema(name, schema, Required: given is null && required != false, given);
    }

    private ValueSchema Schema(ObjectReader reader)
    {
        var known = Type(reader);
        var type = known ?? DataType.Any;
        Applies(reader, known, ["minimum", "maximum"], DataType.Integer, DataType.Number);
        Applies(reader, known, ["pattern"], DataType.String);
        Applies(reader, known, ["items"], DataType.Array);
        Applies(reader, known, ["properties"], DataType.Object);
        var (minimum, maximum) = (Limit(reader, "minimum", type), Limit(reader, "maximum", type));
        if (minimum > maximum)
            problems.Add(reader.At("maximum"), ProblemCodes.Contradiction, $"The maximum, {Wording.Number(maximum.Value)}, is less than the minimum, {Wording.Number(minimum.Value)}.");

        var schema = new ValueSchema
        {
            Type = type,
            Description = reader.Description(),
            Minimum = minimum,
            Maximum = maximum,
            Pattern = Pattern(reader),
            Items = reader.Get("items") is { } items && ObjectReader.Open(items, reader.At("items"), s_item, problems) is { } item ? Schema(item) : null,
            Properties = Properties(reader),
        };
        return schema with { Choices = Choices(reader, schema) };
    }

    private void Applies(ObjectReader reader, DataType? type, string[] facets, params DataType[] to)
    {
        if (type is not { } known || to.Contains(known)) return;
        foreach (var facet in facets)
            if (reader.Get(facet) is not null)
                problems.Add(reader.At(facet), ProblemCodes.NotApplicable, $"'{facet}' means nothing for {Wording.A(known)}; it is for {string.Join(" or ", to.Select(Wording.A))}.");
    }

    private static double? Limit(ObjectReader reader, string name, DataType type)
    {
        var limit = reader.Number(name, double.MinValue, double.MaxValue);
        if (limit is not null && type == DataType.Integer && !JsonNumber.IsInteger(reader.Get(name)!.Value))
            reader.Mismatch(name, "an integer, as the type is", reader.Get(name)!.Value);
        return limit;
    }

    private string? Pattern(ObjectReader reader)
    {
        if (reader.Text("pattern") is not { } pattern) return null;
        if (pattern.Length > WorkflowLimits.PatternLength)
        {
            problems.Add(reader.At("pattern"), ProblemCodes.Length, $"Expected at most {WorkflowLimits.PatternLength} characters, found {pattern.Length}.");
            return null;
        }

        if (TextPatterns.TryCompile(pattern, out _, out var fault)) return pattern;
        problems.Add(reader.At("pattern"), ProblemCodes.PatternSyntax, $"Not a regular expression: {Wording.Line(fault)}");
        return null;
    }

    private ImmutableArray<JsonElement> Choices(ObjectReader reader, ValueSchema schema)
    {
        var choices = reader.Items("enum", least: 1, WorkflowLimits.Choices).ToImmutableArray();
        for (var i = 0; i < choices.Length; i++) ValueChecker.Check(choices[i], schema, JsonPointer.Append(reader.At("enum"), i), problems);
        return choices;
    }

    private ImmutableArray<PropertySchema>? Properties(ObjectReader reader)
    {
        if (reader.Get("properties") is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Object)
        {
            reader.Mismatch("properties", """an object with a declaration for each member, { "street": { "type": "string" } }""", value);
            return null;
        }

        if (value.GetPropertyCount() > WorkflowLimits.Names)
        {
            problems.Add(reader.At("properties"), ProblemCodes.MaxItems, $"Expected at most {WorkflowLimits.Names} members, found {value.GetPropertyCount()}.");
            return null;
        }

        var properties = ImmutableArray.CreateBuilder<PropertySchema>();
        foreach (var member in value.EnumerateObject())
        {
            var pointer = JsonPointer.Append(reader.At("properties"), member.Name);
            if (member.Name.Length is 0 or > WorkflowLimits.NameLength || Names.IsReservedName(member.Name))
                problems.Add(pointer, ProblemCodes.NameFormat, $"A member cannot be called {Wording.Quote(member.Name)}: a name has 1 to {WorkflowLimits.NameLength} characters and no meaning of its own in JavaScript.");
            if (ObjectReader.Open(member.Value, pointer, s_member, problems) is { } declared) properties.Add(Property(declared, member.Name));
        }

        return properties.ToImmutable();
    }
}
