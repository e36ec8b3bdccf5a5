namespace DataFlow.Engine.Workflows;

/// <summary>Every <see cref="Problem.Code"/> that reading and compiling a definition, or checking a value, can give. <c>docs/problems.md</c> explains each.</summary>
public static class ProblemCodes
{
    /// <summary>Not JSON; the detail says line and column.</summary>
    public const string MalformedJson = "malformed_json";

    /// <summary>Bytes that are not UTF-8.</summary>
    public const string InvalidUtf8 = "invalid_utf8";

    /// <summary>A member given twice in one object.</summary>
    public const string DuplicateKey = "duplicate_key";

    /// <summary>Nested deeper than <see cref="EngineJson.MaxDepth"/>.</summary>
    public const string MaxDepth = "max_depth";

    /// <summary>Half of a surrogate pair.</summary>
    public const string InvalidUnicode = "invalid_unicode";

    /// <summary>U+0000.</summary>
    public const string NulCharacter = "nul_character";

    /// <summary>A number too large to be one.</summary>
    public const string NumberNotFinite = "number_not_finite";

    /// <summary>The document is larger than <see cref="WorkflowLimits.Bytes"/>.</summary>
    public const string TooLarge = "too_large";

    /// <summary>A value of the wrong type, literal or referenced.</summary>
    public const string TypeMismatch = "type_mismatch";

    /// <summary>A member that must be there is not; the pointer names it.</summary>
    public const string Required = "required";

    /// <summary>A member nobody reads.</summary>
    public const string UnknownProperty = "unknown_property";

    /// <summary>A known idea that this release does not carry out.</summary>
    public const string NotSupportedYet = "not_supported_yet";

    /// <summary>A list with too few entries.</summary>
    public const string MinItems = "min_items";

    /// <summary>A list or object with too many entries.</summary>
    public const string MaxItems = "max_items";

    /// <summary>Text or an array that is too short or too long.</summary>
    public const string Length = "length";

    /// <summary>Text that is not of the named format.</summary>
    public const string Format = "format";

    /// <summary>An invisible character that reorders text.</summary>
    public const string BidiControl = "bidi_control";

    /// <summary>Not one of the values allowed.</summary>
    public const string Enum = "enum";

    /// <summary>A number outside its limits.</summary>
    public const string Range = "range";

    /// <summary>Text that does not match its pattern.</summary>
    public const string Pattern = "pattern";

    /// <summary>A pattern that is no regular expression.</summary>
    public const string PatternSyntax = "pattern_syntax";

    /// <summary>Two members that cannot both hold.</summary>
    public const string Contradiction = "contradiction";

    /// <summary>A limit that means nothing for the type it stands beside.</summary>
    public const string NotApplicable = "not_applicable";

    /// <summary>An input or output name that cannot be one.</summary>
    public const string NameFormat = "name_format";

    /// <summary>Two inputs, or two outputs, of one name.</summary>
    public const string DuplicateName = "duplicate_name";

    /// <summary>A <c>ref</c> that cannot be one.</summary>
    public const string RefFormat = "ref_format";

    /// <summary>Two tasks of one <c>ref</c>, or a task named twice in <c>depends_on</c>.</summary>
    public const string DuplicateRef = "duplicate_ref";

    /// <summary>No such task type.</summary>
    public const string UnknownTaskType = "unknown_task_type";

    /// <summary>Tasks that wait for each other.</summary>
    public const string Cycle = "cycle";

    /// <summary>A reference to a task further down the list.</summary>
    public const string ForwardReference = "forward_reference";

    /// <summary>A reference to a task that may still be running.</summary>
    public const string NotEndedBefore = "not_ended_before";

    /// <summary>An expression that cannot be parsed.</summary>
    public const string TemplateSyntax = "template_syntax";

    /// <summary>An expression that uses a construct that is switched off.</summary>
    public const string TemplateForbidden = "template_forbidden";

    /// <summary>An expression that is too long.</summary>
    public const string TemplateTooLarge = "template_too_large";

    /// <summary>An expression that is nested too deeply.</summary>
    public const string TemplateTooDeep = "template_too_deep";

    /// <summary>An expression that starts from something that does not exist.</summary>
    public const string UnknownRoot = "unknown_root";

    /// <summary>A function that does not exist.</summary>
    public const string UnknownFunction = "unknown_function";

    /// <summary>No such input, or nothing of that name inside it.</summary>
    public const string UnknownInput = "unknown_input";

    /// <summary>No task of that <c>ref</c>.</summary>
    public const string UnknownRef = "unknown_ref";

    /// <summary>Nothing of that name in the task's output.</summary>
    public const string UnknownOutput = "unknown_output";

    /// <summary>A secret in a field that does not take secrets.</summary>
    public const string SecretNotAllowed = "secret_not_allowed";

    /// <summary>No secret of that name.</summary>
    public const string UnknownSecret = "unknown_secret";

    /// <summary><c>item</c> or <c>index</c> where nothing is being repeated.</summary>
    public const string OutsideForEach = "outside_for_each";
}
