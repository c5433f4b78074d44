using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Onnx.Maps;
using Microsoft.ML;

namespace MaskedPretraining.ML.Maps;

/// <summary>What makes maps: its input column, and the ONNX model that does all of it.</summary>
internal abstract class MapSource
{
    /// <summary>The grid of its maps.</summary>
    public abstract PatchGrid Grid { get; }

    /// <summary>Whether it can tell an eigenvalue.</summary>
    public virtual bool IsCut => false;

    /// <summary>Notes everything that is wrong with it.</summary>
    public abstract void Validate(OptionErrors errors);

    /// <summary>Refuses input columns that can never fit.</summary>
    public abstract void Check(SchemaShape shape, string name);

    /// <summary>The input column of a name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or of another type than needed.</exception>
    public abstract DataViewSchema.Column Find(DataViewSchema schema, string name);

    /// <summary>The input column, prepared by in-box parts.</summary>
    public abstract InputColumn CreateInput(MLContext context, DataViewSchema.Column column, MapResizing resizing);

    /// <summary>Appends the steps that make the model's input of a chain's column.</summary>
    public abstract InBoxChain AppendInput(InBoxChain chain, MLContext context, DataViewSchema.Column column, MapResizing resizing);

    /// <summary>Writes the model.</summary>
    /// <param name="names">Names of its input and outputs, and whether it takes a single row.</param>
    /// <param name="path">Where to.</param>
    public abstract void Export(AttentionMapExportOptions names, string path);

    /// <summary>Everything that changes its maps, in a line.</summary>
    public abstract string Describe();
}
