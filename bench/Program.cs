using System.Diagnostics;
using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Torch.Runtime;

Console.WriteLine(TorchRuntime.Description);
var shape = new BenchShape();
using var plain = new PlainMae(shape);
var pixels = new byte[shape.Batch * shape.Side * shape.Side * shape.Channels];
new Random(1).NextBytes(pixels);
for (int i = 0; i < 10; i++)
{
    long start = Stopwatch.GetTimestamp();
    float loss = plain.Step(pixels);
    double s = Stopwatch.GetElapsedTime(start).TotalSeconds;
    Console.WriteLine($"{loss:F4} {s * 1e3:F0} ms {shape.Batch / s:F0} images/s {shape.FlopsPerImage * shape.Batch / s / 1e9:F0} GF/s");
}
