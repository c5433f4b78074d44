using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Training;
using TorchSharp;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class ReconstructionPreviewTests
{
    private static readonly SyntheticImages Images = new(64, TinyRun.ImageSize);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Make_TrainedAutoencoder_ComesCloserThanGrey(bool normalize)
    {
        var options = TinyRun.Options(40);
        options.Target = normalize ? ReconstructionTarget.NormalizedPixels : ReconstructionTarget.Pixels;
        var result = new Pretrainer(Images, options).Run();
        using var preview = new ReconstructionPreview(options, result.Autoencoder);
        var pictures = preview.Make(Images, [5, 2, 33], new TrainingProgress(0, 1));
        Assert.HasCount(3, pictures);
        CollectionAssert.AreEqual(Images.Load(2).Pixels, pictures[1].Image.Pixels);
        double error = pictures.Average(picture => MeanSquare(picture, reconstructed: true)), grey = pictures.Average(picture => MeanSquare(picture, reconstructed: false));
        // Forty epochs of a tiny model; grey is what a network that learnt nothing would amount to.
        Assert.IsLessThan(0.7 * grey, error);
    }

    [TestMethod]
    public void Make_GuidedMasking_ThrowsPatchesByItsOwnMap()
    {
        var options = TinyRun.GuidedOptions(4);
        var result = new Pretrainer(Images, options).Run();
        long before = LiveTensors.Settled();
        using (var preview = new ReconstructionPreview(options, result.Autoencoder))
        {
            var picture = preview.Make(Images, [1], new TrainingProgress(3, 4))[0];
            Assert.HasCount(7, picture.Masked);
            Assert.HasCount(3, picture.Visible);
            Assert.IsEmpty(picture.Masked.Intersect(picture.Visible));
            Assert.HasCount(16, picture.Attention.Values);
            Assert.IsTrue(picture.Attention.Values.All(value => value is >= 0 and <= 1));
        }

        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    private static double MeanSquare(ReconstructionPicture picture, bool reconstructed)
    {
        const int Side = 4, Columns = TinyRun.ImageSize / Side, Length = Side * Side * 3;
        double sum = 0;
        for (int i = 0; i < picture.Masked.Length; i++)
        {
            for (int element = 0; element < Length; element++)
            {
                int patch = (int)picture.Masked[i], y = (patch / Columns * Side) + (element / (Side * 3)), x = (patch % Columns * Side) + (element / 3 % Side);
                double truth = picture.Image.Pixels[(((y * TinyRun.ImageSize) + x) * 3) + (element % 3)];
                double guess = reconstructed ? picture.Reconstruction[(i * Length) + element] : 128;
                sum += (truth - guess) * (truth - guess);
            }
        }

        return sum / (picture.Masked.Length * Length);
    }
}
