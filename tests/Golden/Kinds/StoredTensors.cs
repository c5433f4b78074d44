using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Compares what was read from a file with what a case lists.</summary>
internal static class StoredTensors
{
    public static void Compare(GoldenCase golden, IReadOnlyDictionary<string, TensorData> read)
    {
        var expected = golden.Expected.GetProperty("tensors");
        if (expected.EnumerateObject().Count() != read.Count)
        {
            golden.Fail($"{read.Count} tensors were read instead of {expected.EnumerateObject().Count()}: {string.Join(", ", read.Keys)}");
        }

        foreach (var entry in expected.EnumerateObject())
        {
            var tensor = read[entry.Name];
            string type = entry.Value.GetProperty("dtype").GetString()!;
            if (!string.Equals(type, tensor.Type.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                golden.Fail($"{entry.Name}: element type {tensor.Type} instead of {type}");
                continue;
            }

            string name = "out/" + entry.Name;
            long[] shape = [.. tensor.Shape];
            if (tensor.Type is TensorElementType.F16 or TensorElementType.BF16 or TensorElementType.F32 or TensorElementType.F64)
            {
                golden.Expect(name, tensor.ToSingles(), shape);
            }
            else
            {
                golden.Expect(name, tensor.ToInt64s(), shape);
            }
        }
    }
}
