using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Runtime;

/// <summary>What is kept of an attempt that tells something: its secrets, and how much it has written. Made when it first does.</summary>
internal sealed class AttemptActivity(TaskContext context, TaskLogOptions options)
{
    private readonly SecretMasker _masker = SecretMasker.For(context);

    // An execution keeps so many; an attempt that writes more by itself is not even listened to.
    private readonly int _most = options.MaxLines + 1 + options.MaxLines / 10;

    private int _lines;
    private volatile bool _ended;

    /// <summary>After the end only lines are taken: progress of an attempt that is over would stand for ever.</summary>
    public bool HasEnded => _ended;

    public void End() => _ended = true;

    /// <summary>Whether one more line can be kept at all.</summary>
    public bool MayWrite() => Volatile.Read(ref _lines) < _most && Interlocked.Increment(ref _lines) <= _most;

    /// <summary>Masked first, so that no half of a secret is left at the cut.</summary>
    public string Clean(string text)
    {
        text = Printable(Masked(text)).TrimEnd();
        if (text.Length <= options.MaxLineCharacters) return text;
        var end = options.MaxLineCharacters - 1;
        if (char.IsLowSurrogate(text[end])) end--;
        return $"{text.AsSpan(0, end)}…";
    }

    /// <summary>Masked as far as anybody keeps it: only so much is looked through that what a cut leaves of a secret at the end is cut off again.</summary>
    private string Masked(string text)
    {
        for (var room = options.MaxLineCharacters * 2L + 1_000; room < text.Length; room *= 2)
        {
            var masked = _masker.Clean(text[..(int)room]);
            if (masked.Length - _masker.Longest >= options.MaxLineCharacters) return masked;
        }
        return _masker.Clean(text);
    }

    /// <summary>A terminal that shows a line must not be steered by it.</summary>
    private static string Printable(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (IsControl(text[i])) return string.Create(text.Length, text, static (span, original) =>
            {
                for (var at = 0; at < span.Length; at++) span[at] = IsControl(original[at]) ? '\uFFFD' : original[at];
            });
        return text;
    }

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\t');
}
