namespace MaskedPretraining.Core.Checkpoints.Encoders;

[TestClass]
public sealed class PatchChannelsTests
{
    // Sums of 48 products in single precision.
    private const double Rounding = 1e-4;
    private const int Pixels = TinyVit.Patch * TinyVit.Patch;

    public required TestContext TestContext { get; init; }

    /// <summary>What a patch embedding gives for pixels in 0..1.</summary>
    private static double[] Embed(Models.EncoderWeights encoder, Func<int, int, float> pixel)
    {
        float[] weight = encoder.Weights["patch_embed.proj.weight"].ToSingles(), bias = encoder.Weights["patch_embed.proj.bias"].ToSingles();
        var architecture = encoder.Architecture;
        int channels = architecture.Channels;
        return [.. bias.Select((b, row) => b + Enumerable.Range(0, channels * Pixels).Sum(i =>
        {
            int channel = i / Pixels;
            double mean = architecture.PixelMean[channel % architecture.PixelMean.Length], deviation = architecture.PixelStandardDeviation[channel % architecture.PixelStandardDeviation.Length];
            return (double)weight[(row * channels * Pixels) + i] * (pixel(channel, i % Pixels) - mean) / deviation;
        }))];
    }

    [TestMethod]
    public void Load_OneChannel_GivesWhatEqualColourChannelsGive()
    {
        double[] colour = Embed(Load(null), (_, i) => MathF.Abs(MathF.Sin(i)));
        double[] grey = Embed(Load(1), (_, i) => MathF.Abs(MathF.Sin(i)));
        for (int i = 0; i < colour.Length; i++)
        {
            Assert.AreEqual(colour[i], grey[i], Rounding);
        }
    }

    [TestMethod]
    public void Load_TwiceTheChannels_GivesWhatTheImageGivesWhenRepeated()
    {
        double[] colour = Embed(Load(null), (channel, i) => MathF.Abs(MathF.Sin(i + channel)));
        double[] six = Embed(Load(6), (channel, i) => MathF.Abs(MathF.Sin(i + (channel % 3))));
        for (int i = 0; i < colour.Length; i++)
        {
            Assert.AreEqual(colour[i], six[i], Rounding);
        }
    }

    [TestMethod]
    public void Load_GreyEncoderForColour_GivesWhatItGivesForTheGreyImage()
    {
        double[] grey = Embed(Load(null, trained: 1), (_, i) => MathF.Abs(MathF.Sin(i)));
        double[] colour = Embed(Load(3, trained: 1), (_, i) => MathF.Abs(MathF.Sin(i)));
        for (int i = 0; i < grey.Length; i++)
        {
            Assert.AreEqual(grey[i], colour[i], Rounding);
        }
    }

    [TestMethod]
    [DataRow(EncoderFamily.Dino, new[] { 0.485f, 0.456f, 0.406f })]
    [DataRow(EncoderFamily.Timm, new[] { 0.5f })]
    public void Load_Family_DecidesTheMean(EncoderFamily family, float[] mean) =>
        CollectionAssert.AreEqual(mean, Load(null, options: new EncoderLoadOptions { Family = family }).Architecture.PixelMean);

    [TestMethod]
    public void Load_OwnStatistics_AreTaken()
    {
        var architecture = Load(null, options: new EncoderLoadOptions { PixelMean = [0.25f], PixelStandardDeviation = [0.125f] }).Architecture;
        CollectionAssert.AreEqual(new[] { 0.25f }, architecture.PixelMean);
        CollectionAssert.AreEqual(new[] { 0.125f }, architecture.PixelStandardDeviation);
    }

    private Models.EncoderWeights Load(int? channels, int trained = 3, EncoderLoadOptions? options = null)
    {
        string path = Path.Combine(TestContext.TestTempDirectory!, "encoder.safetensors");
        SafetensorsFile.Write(path, TinyVit.Timm(trained));
        options ??= new EncoderLoadOptions();
        options.Channels = channels;
        return EncoderReader.Load(path, options);
    }
}
