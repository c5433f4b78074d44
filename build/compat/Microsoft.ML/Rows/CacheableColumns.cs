using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>What caching and shuffling leave of a data view: primitives and vectors of them.</summary>
internal static class CacheableColumns
{
    public static IDataView Of(IDataView source)
    {
        DataViewSchema.Column[] kept = [.. source.Schema.Where(column => column.Type.IsCacheable())];
        return kept.Length == source.Schema.Count ? source : new MappedDataView(source, new ColumnSelectingMapper(source.Schema, kept));
    }
}
