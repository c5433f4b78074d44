using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.ML.Classification;

namespace MaskedPretraining.ML.Retrieval;

/// <summary>Brings features of named photos into the order that a ground truth means.</summary>
internal static class NamedPhotos
{
    /// <param name="photos">Features with names or paths.</param>
    /// <param name="order">Names without folder and extension.</param>
    /// <param name="role">What the photos are, for messages.</param>
    /// <exception cref="InvalidDataException">A photo is missing or there twice.</exception>
    public static FeatureMatrix InOrder(NamedFeatures photos, IReadOnlyList<string> order, string role)
    {
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int row = 0; row < photos.Names.Length; row++)
        {
            string name = Path.GetFileNameWithoutExtension(photos.Names[row].Replace('\\', '/'));
            if (!rows.TryAdd(name, row))
            {
                throw new InvalidDataException($"The {role} have two photos of the name '{name}': {photos.Names[rows[name]]} and {photos.Names[row]}. Leave one out.");
            }
        }

        string[] missing = [.. order.Where(name => !rows.ContainsKey(name)).Distinct()];
        if (missing.Length > 0)
        {
            throw new InvalidDataException(
                $"{missing.Length} of the {order.Count} photos that the ground truth names are not among the {role}: {string.Join(", ", missing.Take(5))}{(missing.Length > 5 ? " and more" : "")}. Add them.");
        }

        int width = photos.Features.Width;
        var values = new float[order.Count * width];
        for (int i = 0; i < order.Count; i++)
        {
            photos.Features.Row(rows[order[i]]).CopyTo(values.AsSpan(i * width, width));
        }

        return new FeatureMatrix(width, values);
    }
}
