using MudBlazor;

namespace DataFlow.Web.Components.Layout;

/// <summary>The kit's theme: type and shape. Colours live in <c>wwwroot/css/theme.css</c>, where light and dark can follow the system before any script runs.</summary>
internal static class AppTheme
{
    private static readonly string[] Fonts = ["Inter", "system-ui", "-apple-system", "Segoe UI", "Arial", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "13.5px", LineHeight = "1.5", LetterSpacing = "0" },
            Body1 = new Body1Typography { FontFamily = Fonts, FontSize = "13.5px", LineHeight = "1.5", LetterSpacing = "0" },
            Body2 = new Body2Typography { FontFamily = Fonts, FontSize = "13px", LineHeight = "1.5", LetterSpacing = "0" },
            H6 = new H6Typography { FontFamily = Fonts, FontSize = "15px", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "-0.01em" },
            Button = new ButtonTypography { FontFamily = Fonts, FontSize = "13px", FontWeight = "500", TextTransform = "none", LetterSpacing = "0" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px" },
    };
}
