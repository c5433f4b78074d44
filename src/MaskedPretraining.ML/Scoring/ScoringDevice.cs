using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.ML.Data;
using MaskedPretraining.Onnx.Probes;
using MaskedPretraining.Onnx.Scoring;
using Microsoft.ML;

namespace MaskedPretraining.ML.Scoring;

/// <summary>The device that fitted models are scored on: that of <c>MLContext.GpuDeviceId</c>, or the CPU.</summary>
internal static class ScoringDevice
{
    /// <summary>Opens the smallest of models on it, so that training does not end with a device that cannot be used.</summary>
    /// <param name="context">Says which device, and where temporary files go.</param>
    /// <exception cref="InvalidOperationException">ONNX Runtime cannot use the GPU; the message says what to do.</exception>
    public static void Require(MLContext context)
    {
        if (context.GpuDeviceId is { } device)
        {
            using var files = new ScratchDirectory(context);
            string path = files.File("smallest.onnx");
            LinearProbeExporter.Export(new LinearProbeWeights([0], [1], 0, [0, 0], [0, 0]), new ProbeExportOptions(), path);
            new OnnxScorer(path, new OnnxScorerOptions { GpuDeviceId = device }).Dispose();
        }
    }
}
