using System.ComponentModel.DataAnnotations;

namespace DataFlow.Web.Telemetry;

/// <summary>How log lines are written, section <c>DataFlow:Logging</c>; which ones is the standard section <c>Logging</c>.</summary>
internal sealed class LogOptions
{
    /// <summary>Section name.</summary>
    public const string Section = "DataFlow:Logging";

    /// <summary><c>text</c> (default), for people, or <c>json</c>: one object a line, with its scopes.</summary>
    [RegularExpression("(?i)text|json", ErrorMessage = "It is text or json.")]
    public string Format { get; set; } = "text";
}
