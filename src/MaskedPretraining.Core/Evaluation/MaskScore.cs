namespace MaskedPretraining.Core.Evaluation;

/// <summary>How well a map covers an object's mask, pixel by pixel; a pixel is predicted where the map is greater than 0.5.</summary>
/// <param name="Iou">Intersection over union, 0 to 1; 1 if neither map nor mask has a pixel.</param>
/// <param name="Accuracy">Share of pixels that are predicted and inside, or neither.</param>
public readonly record struct MaskScore(double Iou, double Accuracy);
