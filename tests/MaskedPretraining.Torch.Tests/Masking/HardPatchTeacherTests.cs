using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Masking;

[TestClass]
public sealed class HardPatchTeacherTests
{
    private const int Images = 5;

    // Single precision after some dozens of operations, and bfloat16 with its 8 bits.
    private const float SingleTolerance = 2e-5f, BFloat16Tolerance = 0.05f;

    [TestMethod]
    [DataRow(true, null, false, DisplayName = "kernels")]
    [DataRow(true, null, true, DisplayName = "kernels, bfloat16")]
    [DataRow(false, null, false, DisplayName = "autograd's operations")]
    [DataRow(false, 2, false, DisplayName = "in parts")]
    public void Predict_AfterSteps_IsWhatAModelWithTheAverageSays(bool kernels, int? atATime, bool bfloat16)
    {
        var options = OptionsOf(kernels, bfloat16);
        options.MicroBatchSize = atATime;
        Assert.AreEqual(kernels, PartialStep.Suits(options));
        using var scope = NewDisposeScope();
        using var student = StudentOf(options);
        using var teacher = new HardPatchTeacher(student, options, CPU);
        float[] before = Values(student.Parameters), average = Values(student.Parameters);
        // The first two steps, and one in the middle of the published ramp.
        foreach (var (done, epoch, decay) in new[] { (0, 0, 0.1), (1, 0, 2.0 / 11), (100_000, 50, 0.99945) })
        {
            var stored = Stored(teacher);
            teacher.Load(name => stored[name], done);
            float[] weights = Move(student.Parameters, done);
            average = [.. average.Zip(weights, (a, w) => (float)(a + ((1 - decay) * (w - a))))];
            teacher.Update(epoch);
        }

        Assert.IsTrue(average.Zip(before).Max(pair => Math.Abs(pair.First - pair.Second)) > 0.05, "the average moves");
        float tolerance = bfloat16 ? BFloat16Tolerance : SingleTolerance;
        float[] expected = Expected(options, average), actual = teacher.Predict(Batch(options));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance, $"patch {i}");
        }

        // Patches differ by far more than the tolerance, or the comparison would show nothing.
        Assert.IsTrue(expected.Max() - expected.Min() > 5 * tolerance);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Load_WhatAnotherStreamed_PredictsTheSameBitForBit(bool bfloat16)
    {
        var options = OptionsOf(kernels: true, bfloat16);
        using var student = StudentOf(options);
        using var first = new HardPatchTeacher(student, options, CPU);
        Move(student.Parameters, 1);
        first.Update(0);
        using var second = new HardPatchTeacher(student, options, CPU);
        var stored = Stored(first);
        Assert.IsTrue(stored.Keys.All(name => name.StartsWith("teacher.", StringComparison.Ordinal)));
        CollectionAssert.AreNotEqual(first.Predict(Batch(options)), second.Predict(Batch(options)));
        second.Load(name => stored[name], stepCount: 1);
        CollectionAssert.AreEqual(first.Predict(Batch(options)), second.Predict(Batch(options)));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Predict_Again_KeepsTheNumberOfTensorsAndChangesNoGradient(bool kernels)
    {
        var options = OptionsOf(kernels, bfloat16: false);
        using var student = StudentOf(options);
        using var teacher = new HardPatchTeacher(student, options, CPU);
        float[] predicted = teacher.Predict(Batch(options));
        long live = LiveTensors.Settled();
        for (int i = 0; i < 3; i++)
        {
            CollectionAssert.AreEqual(predicted, teacher.Predict(Batch(options)));
            teacher.Update(i);
            Assert.AreEqual(live, Tensor.TotalCount);
        }

        Assert.IsTrue(TensorMemory.ToSingles(student.Parameters.Gradients).All(gradient => gradient == 0));
    }

    private static PretrainerOptions OptionsOf(bool kernels, bool bfloat16)
    {
        var options = TinyRun.Options(1);
        options.Precision = bfloat16 ? ComputePrecision.BFloat16 : ComputePrecision.Float32;
        return kernels ? options : TinyRun.WithoutKernels(options);
    }

    private static MaskedImageModel StudentOf(PretrainerOptions options)
    {
        var type = options.Precision == ComputePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var model = MaskedImageModel.Create(options.Architecture, options.Decoder, options.Architecture.PatchLength, type, CPU, predictsLosses: true);
        model.Parameters.Initialize(options.Seed);
        return model;
    }

    private static MaskedImages Batch(PretrainerOptions options)
    {
        var random = new RandomStream(4, RandomPurpose.Scene, 0, 0);
        var pixels = new byte[Images * options.Architecture.Grid.Count * options.Architecture.PatchLength];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)random.NextInt32(256);
        }

        return new MaskedImages(Images, pixels, default, default);
    }

    private static Dictionary<string, TensorData> Stored(HardPatchTeacher teacher) => teacher.Stream().ToDictionary(tensor => tensor.Name, tensor =>
    {
        using var stream = new MemoryStream();
        tensor.WriteTo(stream);
        return new TensorData(tensor.Type, tensor.Shape, stream.ToArray());
    });

    private static float[] Values(ParameterArena parameters) => TensorMemory.ToSingles(parameters.Values);

    // Far away, since of a step on the ramp little gets into the average.
    private static float[] Move(ParameterArena parameters, int stream)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var random = new RandomStream(9, RandomPurpose.Scene, 0, stream);
        float[] moved = [.. Values(parameters).Select(value => value + (float)(random.NextGaussian() * (stream > 1 ? 40 : 0.05)))];
        parameters.Values.copy_(TensorMemory.From<float>(moved, ScalarType.Float32, CPU, moved.Length));
        return moved;
    }

    private static float[] Expected(PretrainerOptions options, float[] weights)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var single = options.Clone();
        single.Precision = ComputePrecision.Float32;
        using var model = StudentOf(single);
        model.Parameters.Values.copy_(TensorMemory.From<float>(weights, ScalarType.Float32, CPU, weights.Length));
        using var scaling = new PixelScaling(options.Architecture, CPU);
        var (patches, tokens) = new WholeImageAssembler(options.Architecture, scaling, CPU).Assemble(Images, Batch(options).Patches.Span);
        return TensorMemory.ToSingles(model.PredictLosses(patches, tokens, Images));
    }
}
