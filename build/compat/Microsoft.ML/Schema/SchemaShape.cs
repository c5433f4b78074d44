using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns)
    {
        Checks.NotNull(columns, nameof(columns));
        _columns = [.. columns];
    }

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _columns.GetEnumerator();

    /// <summary>The shape of the visible columns, with one level of annotations.</summary>
    internal static SchemaShape Create(DataViewSchema schema)
        => new(schema.Where(column => !column.IsHidden).Select(column => Column.Of(column.Name, column.Type, Create(column.Annotations.Schema))));

    internal bool TryFindColumn(string name, out Column column)
    {
        Checks.NonEmpty(name, nameof(name));
        int index = Array.FindIndex(_columns, candidate => candidate.Name == name);
        column = index < 0 ? default : _columns[index];
        return index >= 0;
    }

    /// <summary>This shape with columns added; one of a known name takes the place of the other. A shape that has a name twice is refused, as the package's estimators do.</summary>
    internal SchemaShape With(params IEnumerable<Column> added)
    {
        Dictionary<string, Column> result = _columns.ToDictionary(column => column.Name);
        foreach (Column column in added)
            result[column.Name] = column;
        return new SchemaShape(result.Values);
    }
}
