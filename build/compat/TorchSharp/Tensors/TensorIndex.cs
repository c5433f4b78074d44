namespace TorchSharp;

public static partial class torch
{
    public struct TensorIndex
    {
        public static TensorIndex Colon = Slice();
        public static TensorIndex Ellipsis = new() { Kind = TensorIndexKind.Ellipsis };
        public static TensorIndex None = new() { Kind = TensorIndexKind.None };
        public static TensorIndex Null = None;

        internal TensorIndexKind Kind;
        internal long? Start;
        internal long? Stop;
        internal long? Step;
        internal Tensor? Index;

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { Kind = TensorIndexKind.Slice, Start = start, Stop = stop, Step = step };

        public static TensorIndex Slice(Range range) => Slice(From(range.Start), range.End is { IsFromEnd: true, Value: 0 } ? null : From(range.End));

        public static TensorIndex Single(long? index) => index is null ? Colon : new() { Kind = TensorIndexKind.Single, Start = index };

        public static TensorIndex Bool(bool value) => new() { Kind = TensorIndexKind.Bool, Start = value ? 1 : 0 };

        public static TensorIndex Tensor(Tensor tensor) => new() { Kind = TensorIndexKind.Tensor, Index = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);
        public static implicit operator TensorIndex(Range range) => Slice(range);
        public static implicit operator TensorIndex(Index index) => Single(From(index));

        private static long From(Index index) => index.IsFromEnd ? -(long)index.Value : index.Value;
    }
}
