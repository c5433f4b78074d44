using System.Text.Json;
using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>The ground truth of the revisited Oxford and Paris sets (Radenovic et al. 2018), or of any set in their layout.</summary>
/// <param name="DatabaseImages">Names of the photos to search, without extension, in the order that indices mean.</param>
/// <param name="Queries">The queries.</param>
public sealed record RevisitedGroundTruth(IReadOnlyList<string> DatabaseImages, IReadOnlyList<RevisitedQuery> Queries)
{
    private const byte PickleProtocol = 0x80;

    /// <summary>Reads <c>gnd_roxford5k.pkl</c>, <c>gnd_rparis6k.pkl</c> or a file of the same layout. Nothing in it is executed.</summary>
    /// <param name="path">
    /// A pickle of protocol 2 to 5, or JSON: <c>{"imlist": [names], "qimlist": [names], "gnd": [{"bbx": [4 numbers], "easy": [indices], "hard": [indices], "junk": [indices]}]}</c>.
    /// Lists must be Python's own; a file with NumPy arrays has to be brought to JSON.
    /// </param>
    /// <exception cref="CheckpointFormatException">The file is damaged or has another layout; the message says where.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static RevisitedGroundTruth Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var stream = File.OpenRead(path);
        int first = stream.ReadByte();
        stream.Position = 0;
        try
        {
            return first switch
            {
                PickleProtocol => RevisitedLayout.Read(RevisitedLayout.OfPickle(stream)),
                '{' => RevisitedLayout.Read(RevisitedLayout.OfJson(stream)),
                _ => throw new FormatException("it begins neither as a pickle of protocol 2 or later nor as a JSON object"),
            };
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw new CheckpointFormatException(
                path, $"{exception.Message}. The ground truth of the revisited sets is needed, as pickle or as JSON with the same names; Python's json.dump writes the latter.", exception);
        }
    }
}
