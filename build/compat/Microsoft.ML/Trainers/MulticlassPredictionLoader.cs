using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

internal static class MulticlassPredictionLoader
{
    public static MulticlassPredictionTransformer<NaiveBayesMulticlassModelParameters> Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        string feature = ctx.Reader.ReadString();
        DataViewType type = TypeCodec.Read(ctx.Reader);
        DataViewSchema.Annotations labelValues = SchemaCodec.ReadAnnotations(ctx.Reader);
        return new MulticlassPredictionTransformer<NaiveBayesMulticlassModelParameters>(env, NaiveBayesMulticlassModelParameters.Load(ctx.Reader), feature, type, labelValues);
    }
}
