using System.Globalization;
using System.Text;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Pictures;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace Demo;

/// <summary>A page with the results and a picture: originals, masks, reconstructions, attention.</summary>
internal static class DemoPage
{
    /// <returns>Path of the page.</returns>
    public static string Write(string folder, ResultTable table, double difference, IDataView images, int count, params TrainedEncoder[] encoders)
    {
        var pictures = encoders.Select(encoder => encoder.Transformer.Reconstruct(images, count)).ToList();
        var cells = new List<RgbImage>();
        for (int image = 0; image < count && image < pictures[0].Count; image++)
        {
            cells.Add(pictures[0][image].Image);
            cells.AddRange(pictures.SelectMany(made => Cells(made[image])));
        }

        int columns = 1 + (3 * encoders.Length);
        var grid = PictureGrid.Arrange(cells, columns, enlarge: Math.Max(1, 96 / cells[0].Height));
        PngWriter.Save(Path.Combine(folder, "pictures.png"), grid);
        string page = Path.Combine(folder, "index.html");
        File.WriteAllText(page, Html(table, difference, encoders, PngWriter.Encode(grid)));
        return page;
    }

    private static IEnumerable<RgbImage> Cells(ReconstructionPicture picture)
    {
        var patches = picture.Attention.Grid;
        var masked = PatchPicture.Mask(picture.Image, patches, picture.Visible, picture.Masked);
        yield return masked;
        yield return PatchPicture.Replace(masked, patches, picture.Masked, picture.Reconstruction);
        yield return HeatPicture.Overlay(picture.Image, picture.Attention.Values, patches);
    }

    private static string Html(ResultTable table, double difference, TrainedEncoder[] encoders, byte[] png)
    {
        var html = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>MaskedPretraining.ML demo</title>");
        html.Append("<style>body{font-family:sans-serif;margin:2em}td,th{padding:.3em .8em;border-bottom:1px solid #ccc;text-align:right}td:first-child,th:first-child{text-align:left}img{max-width:100%}</style>");
        html.Append("<h1>What three encoders learnt</h1><table><tr>").AppendJoin("", table.Header.Select(name => $"<th>{name}</th>")).Append("</tr>");
        foreach (string[] row in table.Rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{cell}</td>")).Append("</tr>");
        }

        html.Append(CultureInfo.InvariantCulture, $"</table><p>The saved model, loaded by a fresh process with ML.NET's own parts alone, differs by at most {difference:0.0e+0}.</p><h1>What they see</h1>");
        html.Append(CultureInfo.InvariantCulture, $"<p>Columns: original; then mask (masked grey, thrown hatched red), reconstruction, attention for {string.Join(" and ", encoders.Select(encoder => encoder.Name))}.</p>");
        return html.Append(CultureInfo.InvariantCulture, $"<img alt=\"originals, masks, reconstructions, attention\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"></html>").ToString();
    }
}
