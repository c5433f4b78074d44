using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Overlap, pixel accuracy and largest F score of maps; localisation rate of boxes.</summary>
internal sealed class SaliencyMetricsKind : IGoldenKind
{
    public string Name => "saliency-metrics";

    public void Run(GoldenCase golden)
    {
        float[] maps = golden.Single("in/maps");
        bool[] masks = Array.ConvertAll(golden.Bytes("in/masks"), value => value != 0);
        int images = (int)golden.ShapeOf("in/maps")[0], length = maps.Length / images;
        var scores = new MaskScores();
        var each = new MaskScore[images];
        for (int image = 0; image < images; image++)
        {
            each[image] = scores.Add(maps.AsSpan(image * length, length), masks.AsSpan(image * length, length));
        }

        golden.Expect("out/iou", Array.ConvertAll(each, score => score.Iou), images);
        golden.Expect("out/accuracy", Array.ConvertAll(each, score => score.Accuracy), images);
        golden.Expect("out/mean_iou", [scores.MeanIou]);
        golden.Expect("out/mean_accuracy", [scores.MeanAccuracy]);
        golden.Expect("out/max_f", [scores.MaxFBeta]);

        var (predicted, truth) = (Boxes(golden.Single("in/predicted_boxes")), Boxes(golden.Single("in/true_boxes")));
        long[] imageOfTruth = golden.Int64("in/true_box_image");
        var boxes = new BoxScores();
        for (int image = 0; image < predicted.Length; image++)
        {
            boxes.Add(predicted[image], [.. truth.Where((_, index) => imageOfTruth[index] == image)]);
        }

        golden.Expect("out/corloc", [boxes.CorLoc]);
    }

    private static BoundingBox[] Boxes(float[] sides) => [.. sides.Chunk(4).Select(box => new BoundingBox(box[0], box[1], box[2], box[3]))];
}
