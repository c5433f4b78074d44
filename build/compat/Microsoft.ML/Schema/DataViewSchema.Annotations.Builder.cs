using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataViewSchema
{
    public sealed partial class Annotations
    {
        public sealed class Builder
        {
            private readonly DataViewSchema.Builder _schema = new();
            private readonly List<Delegate> _getters = [];

            public void Add(Annotations annotations, Func<string, bool> selector)
            {
                Checks.NotNull(selector, nameof(selector));
                if (annotations == null)
                    return;
                foreach (Column column in annotations.Schema)
                {
                    if (selector(column.Name))
                        Add(column.Name, column.Type, annotations._getters[column.Index], column.Annotations);
                }
            }

            public void Add<TValue>(string name, DataViewType type, ValueGetter<TValue> getter, Annotations annotations = null)
                => Add(name, type, (Delegate)getter, annotations);

            public void Add(string name, DataViewType type, Delegate getter, Annotations annotations = null)
            {
                Checks.NotNull(getter, nameof(getter));
                Checks.NotNull(type, nameof(type));
                Checks.That(getter.GetType() == typeof(ValueGetter<>).MakeGenericType(type.RawType), nameof(getter), $"The getter does not give values of {type}");
                _schema.AddColumn(name, type, annotations);
                _getters.Add(getter);
            }

            public void AddPrimitiveValue<TValue>(string name, PrimitiveDataViewType type, TValue value, Annotations annotations = null)
                => Add(name, type, (ref TValue destination) => destination = value, annotations);

            public Annotations ToAnnotations() => new(_schema.ToSchema(), [.. _getters]);
        }
    }
}
