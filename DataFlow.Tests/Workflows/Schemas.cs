using System.Text.Json;
using CsCheck;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.Workflows;

/// <summary>Random schemas and values that fit them.</summary>
internal static class Schemas
{
    private static readonly string[] s_names = ["a", "b", "c", "x-y", "a/b", "é"];

    public static Gen<ValueSchema> Typed { get; } = At(3);

    /// <summary>JSON of values that fit, with optional members left out now and then.</summary>
    public static Gen<string> Fitting(ValueSchema schema) => schema.Type switch
    {
        DataType.String => Gen.OneOf("\"\"", "\"x\"", "\"{{ é\"", "\"\\n\""),
        DataType.Integer => Gen.OneOf("0", "-5", "1.0", "1e2", "9007199254740993"),
        DataType.Number => Gen.OneOf("0.5", "7", "-1e-3"),
        DataType.Boolean => Gen.OneOf("true", "false"),
        DataType.Array => Fitting(schema.Items!).Array[0, 3].Select(items => $"[{string.Join(',', items)}]"),
        DataType.Object => Members(schema, 0).Select(members => $"{{{string.Join(',', members)}}}"),
        _ => Gen.OneOf("null", "[1]", "{\"k\":\"v\"}"),
    };

    private static Gen<IReadOnlyList<string>> Members(ValueSchema schema, int from)
    {
        if (from == schema.Properties!.Value.Length) return Gen.Const<IReadOnlyList<string>>([]);
        var property = schema.Properties.Value[from];
        var member = Fitting(property.Schema).Select(value => (IReadOnlyList<string>)[$"{JsonSerializer.Serialize(property.Name)}:{value}"]);
        var given = property.Required ? member : Gen.OneOf(member, Gen.Const<IReadOnlyList<string>>([]));
        return Gen.Select(given, Members(schema, from + 1), (one, more) => (IReadOnlyList<string>)[.. one, .. more]);
    }

    private static Gen<ValueSchema> At(int depth)
    {
        var leaf = Gen.OneOf(DataType.String, DataType.Integer, DataType.Number, DataType.Boolean, DataType.Any).Select(SpecCatalog.Of);
        if (depth == 0) return leaf;
        var list = At(depth - 1).Select(SpecCatalog.List);
        var members = Gen.Select(At(depth - 1), Gen.Int[0, 2]).Array[0, s_names.Length].SelectMany(all => Properties(all)).Select(SpecCatalog.Object);
        return Gen.OneOf(leaf, list, members);
    }

    private static Gen<PropertySchema[]> Properties((ValueSchema Schema, int Kind)[] all)
    {
        Gen<PropertySchema[]> properties = Gen.Const<PropertySchema[]>([]);
        for (var i = 0; i < all.Length; i++)
        {
            var (name, (schema, kind)) = (s_names[i], all[i]);
            var property = kind switch
            {
                0 => Gen.Const(SpecCatalog.Required(name, schema)),
                1 => Gen.Const(SpecCatalog.Optional(name, schema)),
                _ => Fitting(schema).Select(value => SpecCatalog.Optional(name, schema, value)),
            };
            properties = Gen.Select(properties, property, (before, one) => (PropertySchema[])[.. before, one]);
        }

        return properties;
    }
}
