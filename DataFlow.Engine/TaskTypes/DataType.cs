namespace DataFlow.Engine.TaskTypes;

/// <summary>The types a value can have, spelled in lower case on the wire (<c>string</c>; alias <c>text</c>).</summary>
public enum DataType
{
    /// <summary>Unknown or free: fits everywhere and everything fits it.</summary>
    Any,

    /// <summary>JSON string.</summary>
    String,

    /// <summary>JSON number without a fraction.</summary>
    Integer,

    /// <summary>JSON number.</summary>
    Number,

    /// <summary>JSON true or false.</summary>
    Boolean,

    /// <summary>JSON object.</summary>
    Object,

    /// <summary>JSON array.</summary>
    Array,

    /// <summary>A reference to stored bytes: an object <c>{ "$file": … }</c>.</summary>
    File,
}
