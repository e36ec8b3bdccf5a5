using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DataFlow.Engine.TaskTypes;

/// <summary>Reads the schema of a positional record.</summary>
internal static class SchemaReader
{
    private const int DeepestNesting = 16;

    /// <param name="record">Its metadata.</param>
    /// <param name="path">Its name in <paramref name="reasons"/>.</param>
    /// <param name="isOutput">Fields of an output are always there, whatever the constructor's defaults.</param>
    /// <param name="reasons">Gets what is wrong with it.</param>
    public static ValueSchema Read(JsonTypeInfo record, string path, bool isOutput, List<string> reasons)
    {
        if (record.Kind == JsonTypeInfoKind.Object) return new ObjectReader(isOutput, reasons).Object(record, path, 0);
        reasons.Add($"its {path} is not a record");
        return ValueSchema.Any;
    }

    private sealed class ObjectReader(bool isOutput, List<string> reasons)
    {
        public ValueSchema Object(JsonTypeInfo record, string path, int depth)
        {
            if (depth > DeepestNesting)
            {
                reasons.Add($"{path} is nested too deep or contains itself");
                return ValueSchema.Any;
            }
            return new()
            {
                Type = DataType.Object,
                Properties = [.. record.Properties.Where(p => p.Get is not null || p.Set is not null).Select(p => Property(p, $"{path}.{p.Name}", depth))],
            };
        }

        private PropertySchema Property(JsonPropertyInfo property, string path, int depth)
        {
            if (property.AssociatedParameter is not { } parameter)
            {
                reasons.Add($"{path} is not a parameter of the record's constructor, so nothing can be said about it");
                return new(property.Name, ValueSchema.Any, Required: false);
            }
            var attributes = Attributes.Of(parameter);
            if (string.IsNullOrWhiteSpace(attributes.Description)) reasons.Add($"{path} has no [Description]");
            var schema = attributes.AddTo(Value(property.PropertyType, property.Options, path, depth), path, reasons) with
            {
                Nullable = TaskJson.IsNullable(parameter) || property.PropertyType == typeof(JsonElement),
            };
            return new(property.Name, schema, isOutput || property.IsRequired, isOutput ? null : Default(property, parameter, path));
        }

        private JsonElement? Default(JsonPropertyInfo property, JsonParameterInfo parameter, string path)
        {
            if (!parameter.HasDefaultValue) return null;
            var type = parameter.ParameterType;
            // An absent ImmutableArray or JsonElement would arrive as a value that throws when touched.
            var hasNoDefault = type == typeof(JsonElement) || (type.IsValueType && property.Options.GetTypeInfo(type).Kind != JsonTypeInfoKind.None);
            if (!TaskJson.IsNullable(parameter) && (parameter.DefaultValue is null || hasNoDefault))
            {
                reasons.Add($"{path} has no usable default, so its type must be nullable");
                return null;
            }
            return parameter.DefaultValue is { } value ? JsonSerializer.SerializeToElement(value, property.Options.GetTypeInfo(property.PropertyType)) : null;
        }

        private ValueSchema Value(Type declared, JsonSerializerOptions options, string path, int depth)
        {
            var type = Nullable.GetUnderlyingType(declared) ?? declared;
            if (type.IsEnum)
                return new() { Type = DataType.String, Choices = [.. Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(v => JsonSerializer.SerializeToElement(Enum.ToObject(type, v), type, options))] };
            if (Scalar(type) is { } scalar) return scalar;
            var info = options.GetTypeInfo(type);
            switch (info.Kind)
            {
                case JsonTypeInfoKind.Object when type != typeof(object):
                    return Object(info, path, depth + 1);
                case JsonTypeInfoKind.Enumerable:
                    return new() { Type = DataType.Array, Items = Value(info.ElementType!, options, $"{path}[]", depth + 1) };
                case JsonTypeInfoKind.Dictionary when info.KeyType == typeof(string):
                    return new() { Type = DataType.Object, Items = Value(info.ElementType!, options, $"{path}[]", depth + 1) };
                default:
                    reasons.Add($"{path} is a {type.Name}, which has no JSON shape here");
                    return ValueSchema.Any;
            }
        }

        private static ValueSchema? Scalar(Type type) => Type.GetTypeCode(type) switch
        {
            TypeCode.String => new() { Type = DataType.String },
            TypeCode.Boolean => new() { Type = DataType.Boolean },
            TypeCode.Int32 or TypeCode.Int64 => new() { Type = DataType.Integer },
            TypeCode.Double or TypeCode.Decimal => new() { Type = DataType.Number },
            _ when type == typeof(Uri) => new() { Type = DataType.String, Format = "uri" },
            _ when type == typeof(DateTimeOffset) => new() { Type = DataType.String, Format = "date-time" },
            _ when type == typeof(JsonElement) => ValueSchema.Any,
            _ => null,
        };
    }

    private sealed class Attributes(IReadOnlyList<object> all)
    {
        public static Attributes Of(JsonParameterInfo parameter) => new(parameter.AttributeProvider?.GetCustomAttributes(true) ?? []);

        public string? Description => Get<DescriptionAttribute>()?.Description;

        public ValueSchema AddTo(ValueSchema schema, string path, List<string> reasons)
        {
            var range = Get<RangeAttribute>();
            var length = Get<LengthAttribute>();
            if (range is not null && schema.Type is not (DataType.Integer or DataType.Number)) reasons.Add($"{path} has a [Range] but is no number");
            if (length is not null && schema.Type is not (DataType.String or DataType.Array)) reasons.Add($"{path} has a [Length] but is neither text nor array");
            if (range is { MinimumIsExclusive: true } or { MaximumIsExclusive: true }) reasons.Add($"{path} has an exclusive [Range]; limits are inclusive");
            return schema with
            {
                Description = Description,
                Example = Example(schema.Type, path, reasons),
                Minimum = Number(range?.Minimum),
                Maximum = Number(range?.Maximum),
                MinLength = length?.MinimumLength ?? Get<MinLengthAttribute>()?.Length,
                MaxLength = length?.MaximumLength ?? Get<MaxLengthAttribute>()?.Length,
                Pattern = Get<RegularExpressionAttribute>()?.Pattern,
                Secret = Get<SecretAttribute>() is not null,
            };
        }

        private JsonElement? Example(DataType type, string path, List<string> reasons)
        {
            if (Get<ExampleAttribute>()?.Value is not { } text) return null;
            if (type == DataType.String) return JsonSerializer.SerializeToElement(text, TaskJson.Options);
            try
            {
                return JsonElement.Parse(text, EngineJson.DocumentOptions);
            }
            catch (JsonException)
            {
                reasons.Add($"{path} has an [Example] that is not JSON");
                return null;
            }
        }

        private T? Get<T>() where T : Attribute => all.OfType<T>().FirstOrDefault();

        private static double? Number(object? limit) => limit is null ? null : Convert.ToDouble(limit, CultureInfo.InvariantCulture);
    }
}
