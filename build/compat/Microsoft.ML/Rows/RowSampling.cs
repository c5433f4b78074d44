namespace Microsoft.ML.Data;

/// <summary>Gives each row a share in [0, 1) that does not change from pass to pass: by its place, or by a key column's value so that equal keys stay together.</summary>
internal static class RowSampling
{
    public static IDataView Filter(IDataView data, string keyColumn, int salt, Func<double, bool> keep)
    {
        if (keyColumn == null)
        {
            // A place means the same row only as long as the rows are in their order.
            return new FilteredDataView(data, [], canShuffle: false, row => () => keep(Share(Mix((ulong)row.Position), salt)));
        }
        DataViewSchema.Column column = data.Schema.GetColumnOrNull(keyColumn)
            ?? throw Checks.MissingColumn("samplingKeyColumn", "sampling key", keyColumn);
        return new FilteredDataView(data, [column], data.CanShuffle, row =>
        {
            var hash = (Func<ulong>)Generics.Call(typeof(RowSampling), nameof(HashOf), [column.Type.RawType], row, column);
            return () => keep(Share(hash(), salt));
        });
    }

    private static Func<ulong> HashOf<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> read = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            read(ref value);
            ulong hash = 0;
            // By its text, as hash codes of strings differ from process to process.
            foreach (char letter in string.Format(System.Globalization.CultureInfo.InvariantCulture, "{0}", value))
                hash = Mix(hash ^ letter);
            return hash;
        };
    }

    private static double Share(ulong hash, int salt) => (Mix(hash ^ Mix((ulong)salt)) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
