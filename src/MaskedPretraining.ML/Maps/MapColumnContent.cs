namespace MaskedPretraining.ML.Maps;

/// <summary>What the values of a map column are.</summary>
internal enum MapColumnContent
{
    /// <summary>Maps: one value a cell.</summary>
    Maps,

    /// <summary>Boxes: x0, y0, x1, y1.</summary>
    Boxes,

    /// <summary>Object masks of any size.</summary>
    Masks,
}
