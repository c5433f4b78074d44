using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>How the members of a class are columns.</summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName) ?? throw new ArgumentOutOfRangeException(nameof(columnName), $"Column '{columnName}' not found");
        set
        {
            int index = FindIndex(column => column.ColumnName == columnName);
            Checks.That(index >= 0, nameof(columnName), $"Column '{columnName}' not found");
            this[index] = value;
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        Checks.NotNull(userType, nameof(userType));
        var definition = new SchemaDefinition();
        var names = new HashSet<string>();
        foreach (Member member in Member.Of(userType, direction))
        {
            string name = member.Info.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Info.Name;
            Checks.State(names.Add(name), $"Duplicate column name '{name}' detected");
            definition.Add(new Column(member.Info.Name, name, member.ColumnType()));
        }
        return definition;
    }

    /// <summary>The class's members with the types that a schema's columns of the same name have.</summary>
    internal static SchemaDefinition Of(Type userType, DataViewSchema schema)
    {
        SchemaDefinition definition = Create(userType);
        foreach (Column column in definition)
        {
            if (schema.GetColumnOrNull(column.ColumnName) is not { } known)
                continue;
            column.ColumnType = known.Type;
            column.AddAnnotations(known.Annotations);
        }
        return definition;
    }

    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();

        internal Column(string memberName, string columnName, DataViewType columnType)
        {
            MemberName = memberName;
            ColumnName = columnName;
            ColumnType = columnType;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        internal void AddAnnotations(DataViewSchema.Annotations annotations) => _annotations.Add(annotations, _ => true);

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            Checks.NonEmpty(kind, nameof(kind));
            Checks.NotNull(annotationType, nameof(annotationType));
            Generics.Call(typeof(ObjectValues), nameof(ObjectValues.AddAnnotation), [typeof(T), annotationType.RawType], _annotations, kind, value, annotationType);
        }
    }
}
