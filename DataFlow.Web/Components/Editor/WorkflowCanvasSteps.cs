namespace DataFlow.Web.Components.Editor;

/// <summary>Where the arrow keys lead: along edges up and down, along a layer left and right; beyond the tasks lie the inputs and the outputs.</summary>
internal static class CanvasSteps
{
    /// <summary>A task, or the <c>inputs</c> or <c>outputs</c>, or neither.</summary>
    /// <param name="from">The task where the keyboard is.</param>
    /// <param name="end">The end where it is, when it is at no task.</param>
    public static (string? Ref, string? End) Go(DefinitionDocument document, CanvasModel model, string? from, string? end, string key)
    {
        if (from is null && end is not null && !model.Cards.IsEmpty)
        {
            var cards = model.Cards;
            return (end, key) switch
            {
                ("inputs", "down") => (cards.MinBy(card => (card.Y, card.X))!.Key, null),
                ("outputs", "up") => (cards.MaxBy(card => (card.Y, -card.X))!.Key, null),
                _ => (null, null),
            };
        }
        if (Next(document, model, from, key) is { } next) return (next, null);
        return (null, key switch { "up" => "inputs", "down" => "outputs", _ => null });
    }

    public static string? Next(DefinitionDocument document, CanvasModel model, string? from, string key)
    {
        var cards = model.Cards;
        if (cards.FirstOrDefault(card => card.Key == from) is not { } here) return cards.MinBy(card => (card.Y, card.X))?.Key;
        var links = TaskLinks.Of(document);
        IEnumerable<string> Before(CanvasCard card) => links.Find(card.Key) is { } task ? links.Before(task) : [];
        var reached = key switch
        {
            "up" => cards.Where(card => Before(here).Contains(card.Key)),
            "down" => cards.Where(card => Before(card).Contains(here.Key)),
            "left" => cards.Where(card => card.Y == here.Y && card.X < here.X),
            _ => cards.Where(card => card.Y == here.Y && card.X > here.X),
        };
        return reached.MinBy(card => (Math.Abs(card.Y - here.Y), Math.Abs(card.X - here.X)))?.Key;
    }
}
