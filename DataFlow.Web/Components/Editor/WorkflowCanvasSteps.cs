namespace DataFlow.Web.Components.Editor;

/// <summary>Where the arrow keys lead: along edges up and down, along a layer left and right.</summary>
internal static class CanvasSteps
{
    public static string? Next(DefinitionDocument document, CanvasModel model, string? from, string key)
    {
        var cards = model.Cards.Where(card => card.Ref.Length > 0).ToList();
        if (cards.FirstOrDefault(card => card.Ref == from) is not { } here) return cards.MinBy(card => (card.Y, card.X))?.Ref;
        var links = TaskLinks.Of(document);
        var reached = key switch
        {
            "up" => cards.Where(card => links.Find(here.Ref)?.DependsOn.Contains(card.Ref) is true),
            "down" => cards.Where(card => links.Find(card.Ref)?.DependsOn.Contains(here.Ref) is true),
            "left" => cards.Where(card => card.Y == here.Y && card.X < here.X),
            _ => cards.Where(card => card.Y == here.Y && card.X > here.X),
        };
        return reached.MinBy(card => (Math.Abs(card.Y - here.Y), Math.Abs(card.X - here.X)))?.Ref;
    }
}
