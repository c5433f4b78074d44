using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Keeps the named columns in the order of the names, or drops them.</summary>
public sealed class ColumnSelectingTransformer : ITransformer
{
    internal readonly string[] ColumnNames;
    internal readonly bool Keep;
    private readonly bool _keepHidden;

    internal ColumnSelectingTransformer(string[] columnNames, bool keep, bool keepHidden)
    {
        Checks.NotNull(columnNames, nameof(columnNames));
        ColumnNames = columnNames;
        Keep = keep;
        _keepHidden = keepHidden;
    }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Checks.NotNull(inputSchema, nameof(inputSchema));
        return MakeMapper(inputSchema, nameof(inputSchema)).OutputSchema;
    }

    public IDataView Transform(IDataView input)
    {
        Checks.NotNull(input, nameof(input));
        return new MappedDataView(input, MakeMapper(input.Schema, nameof(input)));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema, nameof(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ColumnSelectingTransformer));
        ctx.Writer.Write(Keep);
        ctx.Writer.Write(_keepHidden);
        ctx.Writer.Write(ColumnNames.Length);
        foreach (string name in ColumnNames)
            ctx.Writer.Write(name);
    }

    internal static ColumnSelectingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        bool keep = ctx.Reader.ReadBoolean();
        bool keepHidden = ctx.Reader.ReadBoolean();
        var names = new string[ctx.Reader.ReadInt32()];
        for (int i = 0; i < names.Length; i++)
            names[i] = ctx.Reader.ReadString();
        return new ColumnSelectingTransformer(names, keep, keepHidden);
    }

    internal void CheckPresent(IEnumerable<string> present, string parameter)
    {
        string[] missing = [.. ColumnNames.Except(present)];
        if (missing.Length > 0)
            throw Checks.MissingColumn(parameter, "input", string.Join(",", missing));
    }

    private ColumnSelectingMapper MakeMapper(DataViewSchema schema, string parameter)
    {
        CheckPresent(schema.Select(column => column.Name), parameter);
        // Dropping drops every column of the name and leaves other hidden ones; keeping leaves hidden ones out unless asked for.
        return new ColumnSelectingMapper(schema, Keep
            ? [.. ColumnNames.SelectMany(name => schema.Where(column => column.Name == name && (_keepHidden || !column.IsHidden)))]
            : [.. schema.Where(column => !ColumnNames.Contains(column.Name))]);
    }
}
