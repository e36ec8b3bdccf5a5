namespace DataFlow.Engine.Templates;

/// <summary>What one template may cost. Authors are not trusted with the process: a hostile template fails, the server lives.</summary>
internal static class TemplateLimits
{
    /// <summary>Longest template source, in UTF-16 characters.</summary>
    public const int SourceLength = 64 * 1024;

    /// <summary>Deepest nesting of brackets and longest run of prefix operators, counted before the parser sees them: a parser's stack overflow can not be caught.</summary>
    public const int Nesting = 100;

    /// <summary>Deepest expression the parser accepts.</summary>
    public const int ExpressionDepth = 50;

    /// <summary>Most expressions and statements in one template.</summary>
    public const int Nodes = 5_000;

    /// <summary>Longest exponent of a number literal, in digits: the parser expands <c>1e999999999</c> into a gigabyte.</summary>
    public const int ExponentDigits = 3;

    /// <summary>Most iterations of one loop and everything inside it.</summary>
    public const int LoopSteps = 10_000;

    /// <summary>Deepest nesting of function calls.</summary>
    public const int Recursion = 20;

    /// <summary>Deepest nesting where values are compared or formatted by the library.</summary>
    public const int ObjectRecursion = 20;

    /// <summary>Longest text a template may give, in UTF-16 characters; for arrays and objects, in bytes of JSON.</summary>
    public const int OutputLength = 1024 * 1024;

    /// <summary>Most JSON values one expression may read into memory.</summary>
    public const int ValuesRead = 100_000;

    /// <summary>Most bytes one evaluation may allocate, garbage included: a bound on memory that holds between two looks at the clock.</summary>
    public const long AllocatedBytes = 64 * 1024 * 1024;

    /// <summary>Largest product of the lengths of two texts given to one function: searching one in the other can take that many steps.</summary>
    public const long TextProduct = 1L << 32;

    /// <summary>Longest regular expression: .NET reads nested character classes by recursion and overflows the stack at some hundred thousand.</summary>
    public const int PatternLength = 4096;

    /// <summary>Longest evaluation.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest match of one regular expression.</summary>
    public static readonly TimeSpan RegexTime = TimeSpan.FromMilliseconds(100);
}
