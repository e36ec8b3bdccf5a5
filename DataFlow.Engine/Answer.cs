using System.Collections.Immutable;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine;

/// <summary>Why the door refused; each kind is one HTTP status.</summary>
public enum RefusalKind
{
    /// <summary>400: what was sent is wrong; <see cref="Refusal.Problems"/> says all of it.</summary>
    Invalid,

    /// <summary>404.</summary>
    NotFound,

    /// <summary>409: right request, wrong moment.</summary>
    Conflict,

    /// <summary>412: another version is current.</summary>
    VersionConflict,

    /// <summary>422: an idempotency key was used with another body.</summary>
    KeyReused,

    /// <summary>429: too much is waiting; try later.</summary>
    Busy,

    /// <summary>503: the store cannot write.</summary>
    Unavailable,
}

/// <summary>A refusal, as data.</summary>
/// <param name="Kind">Which status.</param>
/// <param name="Code">A stable snake_case word.</param>
/// <param name="Detail">For a person.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Detail)
{
    /// <summary>For <see cref="RefusalKind.Invalid"/>: everything that is wrong.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Whether there were more problems than are listed.</summary>
    public bool ProblemsTruncated { get; init; }

    /// <summary>For <see cref="RefusalKind.VersionConflict"/>: the current version.</summary>
    public int? CurrentVersion { get; init; }
}

/// <summary>What the door answers: a value, or why not. The one result idiom of the engine.</summary>
public readonly record struct Answer<T>
{
    private Answer(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    /// <summary>The value, when there is no <see cref="Refusal"/>.</summary>
    public T? Value { get; }

    /// <summary>Why not.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Whether <see cref="Value"/> is set.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsOk => Refusal is null;

    /// <summary>A value.</summary>
    public static implicit operator Answer<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Answer<T>(Refusal refusal) => new(default, refusal);

    /// <summary>A value.</summary>
    public static Answer<T> ToAnswer(T value) => new(value, null);
}
