using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class SchemaShape
{
    public readonly struct Column
    {
        public readonly string Name;
        public readonly VectorKind Kind;
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind kind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Checks.NonEmpty(name, nameof(name));
            Name = name;
            Kind = kind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? new SchemaShape([]);
        }

        public enum VectorKind
        {
            Scalar = 0,
            Vector = 1,
            VariableVector = 2,
        }

        /// <summary>A key's shape has the number type below it as its item type, and the flag.</summary>
        internal static Column Of(string name, DataViewType type, SchemaShape annotations = null)
        {
            VectorKind kind = type is not VectorDataViewType vector ? VectorKind.Scalar : vector.IsKnownSize ? VectorKind.Vector : VectorKind.VariableVector;
            DataViewType item = type.ItemType();
            return new Column(name, kind, item is KeyDataViewType ? DataViewTypeExtensions.PrimitiveOf(item.RawType) : item, item is KeyDataViewType, annotations);
        }

        internal Column Renamed(string name) => new(name, Kind, ItemType, IsKey, Annotations);

        /// <summary>How the shape is named in messages.</summary>
        internal string TypeText
        {
            get
            {
                string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
                return Kind switch { VectorKind.Scalar => item, VectorKind.Vector => $"Vector<{item}>", _ => $"VarVector<{item}>" };
            }
        }
    }
}
