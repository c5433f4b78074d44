using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Tests;

namespace MaskedPretraining.Onnx.Tests.Maps;

[TestClass]
public sealed class NormalizedCutGraphTests
{
    // Both work in double precision and round to single at the end; neighbouring eigenvalues 1e-5 apart magnify rounding of 1e-15 to 1e-10.
    private const double Tolerance = 2e-6;

    [TestMethod]
    public void Graph_RandomKeys_AgreesWithTheManagedCut()
    {
        const int Width = 10, Images = 24;
        var grid = new PatchGrid(5, 6);
        float[] keys = [.. Enumerable.Range(0, Images).SelectMany(image => Keys(grid.Count, Width, 2 + image % 4, 0.3 + 0.2 * (image % 5), (ulong)image))];
        using var model = new CutModel(grid, Width);
        AssertSame(new TokenCut(grid, Width).Segment(keys), keys, model);
    }

    [TestMethod]
    public void Graph_DegenerateGraphs_SaysSo()
    {
        const int Width = 12;
        var grid = new PatchGrid(3, 4);
        // Equal keys, perpendicular keys, zeros, three groups of four (a double eigenvalue), two groups of six; then two groups that can be cut.
        float[] keys =
        [
            .. Enumerable.Repeat(1f, 12 * Width),
            .. Groups(Width, [.. Enumerable.Range(0, 12)]),
            .. new float[12 * Width],
            .. Groups(Width, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2),
            .. Groups(Width, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1),
        ];
        using var model = new CutModel(grid, Width);
        CollectionAssert.AreEqual(new float[] { 1, 1, 1, 1, 0 }, model.Score(keys, 5, "degenerate"));
        AssertSame(new TokenCut(grid, Width).Segment(keys), keys, model);
    }

    [TestMethod]
    public void Graph_GoldenKeys_GiveTheGoldenMaps()
    {
        if (SharedData.Find("golden") is not { } folder)
        {
            return;
        }

        foreach (string path in Directory.GetDirectories(folder, "tokencut-*"))
        {
            using var description = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path, "case.json")));
            var options = description.RootElement.GetProperty("options");
            var tensors = SafetensorsFile.Read(Path.Combine(path, "tensors.safetensors"));
            var grid = new PatchGrid(options.GetProperty("rows").GetInt32(), options.GetProperty("cols").GetInt32());
            var cutOptions = new TokenCutOptions { Threshold = options.GetProperty("tau").GetDouble(), WeakEdge = options.GetProperty("eps").GetDouble() };
            using var model = new CutModel(grid, (int)tensors["in/keys"].Shape[1], cutOptions);
            float[] keys = tensors["in/keys"].ToSingles();
            Assert.AreEqual(tensors["out/degenerate"].Bytes[0], model.Score(keys, 1, "degenerate")[0], path);
            Assert.AreEqual(tensors["out/lambda2"].ToSingles()[0], model.Score(keys, 1, "eigenvalue")[0], Tolerance, path);
            float[] expected = tensors["out/map"].ToSingles(), actual = model.Score(keys, 1, "map");
            for (int cell = 0; cell < expected.Length; cell++)
            {
                Assert.AreEqual(expected[cell], actual[cell], Tolerance, $"{path}, cell {cell}");
            }
        }
    }

    [TestMethod]
    public void Box_Snake_IsFollowedToItsEnd()
    {
        var grid = new PatchGrid(5, 5);
        // One arm winds through the picture; the spot in the corner touches it by a corner only.
        int[] picture = [1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1];
        float[] keys = Groups(2, picture);
        using var model = new CutModel(grid, 2);
        float[] box = model.Score(keys, 1, "box");
        Assert.AreEqual(0, box[0]);
        Assert.AreEqual(0, box[1]);
        Assert.AreEqual(0.8, box[2], Tolerance);
        Assert.AreEqual(0.8, box[3], Tolerance);
    }

    private static void AssertSame(TokenCutMap[] expected, float[] keys, CutModel model)
    {
        var (maps, boxes) = (model.Score(keys, expected.Length, "map"), model.Score(keys, expected.Length, "box"));
        var (eigenvalues, flags) = (model.Score(keys, expected.Length, "eigenvalue"), model.Score(keys, expected.Length, "degenerate"));
        for (int image = 0; image < expected.Length; image++)
        {
            var (cut, grid) = (expected[image], expected[image].Grid);
            Assert.AreEqual(cut.IsDegenerate ? 1 : 0, flags[image], $"image {image}");
            Assert.AreEqual(cut.SecondEigenvalue, eigenvalues[image], Tolerance, $"image {image}");
            for (int cell = 0; cell < grid.Count; cell++)
            {
                Assert.AreEqual(cut.Map.Values[cell], maps[image * grid.Count + cell], Tolerance, $"image {image}, cell {cell}");
            }

            var box = cut.Region?.Box.Scale(1.0 / grid.Columns, 1.0 / grid.Rows) ?? default;
            double[] sides = [box.Left, box.Top, box.Right, box.Bottom];
            for (int side = 0; side < 4; side++)
            {
                Assert.AreEqual(sides[side], boxes[image * 4 + side], Tolerance, $"image {image}, side {side}");
            }
        }
    }

    private static float[] Keys(int count, int width, int clusters, double noise, ulong seed)
    {
        var random = new RandomStream(seed, RandomPurpose.Scene, 0, 0);
        double[] centres = [.. Enumerable.Range(0, clusters * width).Select(_ => random.NextGaussian())];
        return [.. Enumerable.Range(0, count).SelectMany(_ =>
        {
            int cluster = random.NextInt32(clusters);
            return Enumerable.Range(0, width).Select(k => (float)(centres[cluster * width + k] + noise * random.NextGaussian())).ToArray();
        })];
    }

    private static float[] Groups(int width, params int[] groups)
    {
        float[] keys = new float[groups.Length * width];
        for (int patch = 0; patch < groups.Length; patch++)
        {
            keys[patch * width + groups[patch]] = 1;
        }

        return keys;
    }
}
