using System.Globalization;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Costs;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Encoders;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Maps;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.ML.Training;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

/// <summary>Pre-trains a vision transformer on images without labels, by letting it guess hidden patches (MAE, He et al. 2022) chosen at random or by its own attention (AMT, Gui et al. 2022).</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>input</term><description>image of any size, or a vector of C*H*W Single or Byte values in 0..255 (CHW) of exactly the encoder's size</description></item>
/// <item><term>maps, if <see cref="GuidedMaeOptions.Guidance"/> or <see cref="GuidedMaeOptions.Masking"/> names a column</term><description>vector of Single over the whole image: <c>[rows, columns]</c> of any size, one value a patch, or a box x0, y0, x1, y1 in pixels; only for training</description></item>
/// <item><term>output</term><description>vector of Single <c>[D]</c>: the class token, the mean of the patch tokens, or both (<c>[2D]</c>), after the final normalisation</description></item>
/// <item><term>on request</term><description>patch tokens <c>[N, D]</c>; attention over the patch grid <c>[R, C]</c></description></item>
/// </list>
/// <para>Training crops and flips images as MAE does. The transformer scales an image to cover the encoder's size and cuts the middle out (IsoCrop of ResizeImages).</para>
/// <para>Views of this library are read where they are; any other view is copied once into a file of raw images below MLContext.TempFilePath, so that memory does not grow with the data.
/// Images that cannot be read or are smaller than a patch are reported as warnings and skipped.</para>
/// <para>The exported ONNX model is compared with the trained network before it is handed out. Deterministic on one machine. Thread safe; can be fitted again and then gives the same encoder.</para>
/// </remarks>
public sealed class GuidedMaeEstimator : IEstimator<GuidedMaeTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly string _inputColumnName;
    private readonly GuidedMaeOptions _options;
    private readonly EncoderColumn[] _columns;
    private readonly ulong _seed;

    internal GuidedMaeEstimator(MLContext context, string outputColumnName, string inputColumnName, GuidedMaeOptions options)
    {
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(GuidedMaeOptions));
        (_context, _inputColumnName, _options) = (context, inputColumnName, options.Clone());
        _options.Masking = _options.Masking.For(_options.Architecture);
        _options.ToPretrainerOptions(0).Validate(errors);
        errors.ThrowIfAny(nameof(GuidedMaeOptions));
        foreach (int epoch in new[] { 0, _options.Epochs - 1 }.Where(_ => _options.Epochs > 0))
        {
            // An impossible ratio for this grid is told now and not at the first batch.
            _options.Masking.Strategy.CountsAt(_options.Architecture.Grid, new TrainingProgress(epoch, _options.Epochs));
        }

        if (_options.Masking.Provider is { FirstPhaseEpochs: > 0 and var epochs })
        {
            _options.FirstPhase(epochs, 0).Validate(errors);
            errors.ThrowIfAny("GuidedMaeOptions, first phase");
        }

        _host = ((IHostEnvironment)context).Register(nameof(MaskedPretrainingCatalog.GuidedMae));
        _seed = _options.Seed ?? (ulong)_host.Rand.NextInt64();
        _columns = EncoderColumns.Create(outputColumnName, _options.Pooling, _options.PatchesColumnName, _options.AttentionColumnName, nameof(GuidedMaeOptions));
    }

    /// <summary>Pre-trains an encoder, with <see cref="GuidedMaeOptions.ValidationSet"/> if there is one.</summary>
    /// <param name="input">The images. Labels are not looked at.</param>
    /// <inheritdoc cref="Fit(IDataView, IDataView)" path="/exception"/>
    public GuidedMaeTransformer Fit(IDataView input) => Fit(input, _options.ValidationSet);

    /// <summary>Pre-trains an encoder and measures the loss on other images as it goes.</summary>
    /// <param name="trainData">The images to train on. Labels are not looked at.</param>
    /// <param name="validationData">Images with the same column to measure the loss on; null for none.</param>
    /// <returns>A transformer. If training was cancelled, one with the weights of the last step: see <see cref="GuidedMaeTransformer.WasCancelled"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The input column or a map column is missing or of another type than the encoder needs.</exception>
    /// <exception cref="InvalidOptionsException"><see cref="GuidedMaeOptions.Monitor"/> has fewer images than neighbours.</exception>
    /// <exception cref="ArgumentException">The bank of the monitor is of one class.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two usable images, or a row has a map that is none; the message names it.</exception>
    /// <exception cref="InvalidOperationException">Before training: ONNX Runtime cannot use the device of <c>MLContext.GpuDeviceId</c>. After it: the exported model computes something else than the network.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="IOException">A file cannot be written, for example because the disk is full.</exception>
    public GuidedMaeTransformer Fit(IDataView trainData, IDataView? validationData)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        ScoringDevice.Require(_context);
        using var channel = _host.Start(nameof(Fit));
        var column = ImageInput.Find(trainData.Schema, _inputColumnName, _options.Architecture);
        if (validationData is not null)
        {
            ImageInput.Find(validationData.Schema, _inputColumnName, _options.Architecture);
        }

        using var files = new ScratchDirectory(_context);
        using var maps = new TrainingMaps(trainData.Schema, _options, files.Location);
        maps.Report(channel, _options.Architecture.Grid);
        using var labeled = _options.Monitor is { } wanted
            ? LabeledViews.Open(_context, wanted.Bank, wanted.Queries, _inputColumnName, wanted.LabelColumnName, _options.Architecture, channel, _options.CancellationToken)
            : null;
        var monitor = labeled is null ? null : new OnlineMonitor(labeled.First, labeled.Second!, _options.Monitor!.Options);
        using var train = Open(trainData, files.File("train.images"), channel, maps);
        using var validation = validationData is null ? null : Open(validationData, files.File("validation.images"), channel, null);
        if (train.Images.Count < 2 && _options.Epochs > 0)
        {
            throw new InvalidDataException($"There is only 1 usable image in column '{_inputColumnName}', but pre-training needs at least 2, and hundreds to be of use. Add images.");
        }

        var result = Train(train.Images, validation?.Images, maps.Finish(), monitor, channel);
        var scoring = new EncoderScoring(
            _context, result.Encoder, _options.HeadNormalization, column, _columns, EncoderCheck.Of(result.Encoder, EncoderScoring.ExportOptions(_columns, _options.HeadNormalization, singleRow: false)));
        return new GuidedMaeTransformer(_context, scoring, result, _options.Clone(), _seed);
    }

    /// <summary>The shape of the transformed data's schema.</summary>
    /// <param name="inputSchema">Shape of the input's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type than the encoder needs.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageInput.Check(inputSchema, _inputColumnName, _options.Architecture);
        foreach (string? name in new[] { _options.Masking.MapColumnName, _options.Guidance?.MapColumnName })
        {
            if (name is not null)
            {
                MapColumn.Check(inputSchema, name, _options.Architecture);
            }
        }

        if (_options.ObjectColumnName is { } objects)
        {
            _ = inputSchema.Require(objects);
        }

        return SchemaShapes.Append(inputSchema, EncoderScoring.Announce(_columns, _options.Architecture));
    }

    private TrainingImages Open(IDataView data, string path, IChannel channel, TrainingMaps? maps) =>
        TrainingImages.Open(data, _inputColumnName, _options.Architecture, _options.RowNameColumn, path, channel, maps, _options.CancellationToken);

    private PretrainingResult Train(IImageSource train, IImageSource? validation, SampleMaps maps, OnlineMonitor? monitor, IChannel channel)
    {
        var options = _options;
        if (options.Masking.Provider is { FirstPhaseEpochs: > 0 and var epochs })
        {
            channel.Info(MessageSensitivity.None, "First phase: MAE makes the attention provider of the mask generator.");
            var provider = Train(options.FirstPhase(epochs, _seed), _seed, train, null, new SampleMaps(), null, channel);
            if (provider.WasCancelled)
            {
                return provider;
            }

            options = options.Clone();
            options.Masking = options.Masking.With(provider.Encoder);
        }

        return Train(options, _seed, train, validation, maps, monitor, channel);
    }

    private static PretrainingResult Train(GuidedMaeOptions options, ulong seed, IImageSource train, IImageSource? validation, SampleMaps maps, OnlineMonitor? monitor, IChannel channel)
    {
        var pretrainer = new Pretrainer(train, options.ToPretrainerOptions(seed), validation, maps, monitor);
        channel.Info(MessageSensitivity.None, "{0}", StartLine(options, train, validation));
        DeviceWarning.Report(channel, pretrainer.DeviceWarning);
        if (options.Epochs > 0)
        {
            channel.Info(MessageSensitivity.None, "{0}", CostLine(options, train));
        }

        var result = pretrainer.Run(options.RunFolder, new TrainingLog(channel, options.Progress, options.MetricsCallback), options.CancellationToken);
        if (result.WasCancelled)
        {
            channel.Warning(MessageSensitivity.None, "Training was cancelled after {0} of {1} epochs; the encoder has the weights of the last step.", result.Metrics.Count, options.Epochs);
        }

        return result;
    }

    private static string StartLine(GuidedMaeOptions options, IImageSource train, IImageSource? validation)
    {
        var architecture = options.Architecture;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{train.Count} images{(validation is null ? "" : $", {validation.Count} for validation")}; {architecture.ImageHeight}x{architecture.ImageWidth} pixels in {architecture.Grid} patches; "
            + $"encoder {architecture.Width} wide, {architecture.Depth} deep, {architecture.Heads} heads, {new PretrainingCost(architecture, options.Decoder, options.Target).EncoderParameters:N0} parameters; masking: {options.Masking}; loss: {options.Guidance?.ToString() ?? "plain"}; "
            + $"{options.Epochs} epochs, batch {options.BatchSize}; device {options.Device}, precision {options.Precision}; {TorchRuntime.Description}");
    }

    private static string CostLine(GuidedMaeOptions options, IImageSource train)
    {
        var estimate = PretrainingEstimate.Of(options.ToPretrainerOptions(0));
        double first = estimate.FirstEpoch.Total, last = estimate.LastEpoch.Total;
        string later = last == first ? "" : string.Create(CultureInfo.InvariantCulture, $", {last / 1e9:0.000} in the last epoch ({last / first:0.000} of it)");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Expected cost: {first / 1e9:0.000} GMAC an image forward, three times that a step{later}; {estimate.Run.Total * train.Count / 1e12:0.0} TMAC the run. Expected memory: {estimate.Memory.Total / 1048576.0:0} MiB");
    }
}
