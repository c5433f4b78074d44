namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => Assign([i1], value);
        }

        public Tensor this[long i1, long i2]
        {
            get => At([i1, i2]);
            set => Assign([i1, i2], value);
        }

        public Tensor this[long i1, long i2, long i3]
        {
            get => At([i1, i2, i3]);
            set => Assign([i1, i2, i3], value);
        }

        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => At([i1, i2, i3, i4]);
            set => Assign([i1, i2, i3, i4], value);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            var (view, tensors) = Narrowed(indices);
            if (tensors is null)
                return view;
            var result = view.Indexed(tensors);
            if (!ReferenceEquals(view, this))
                view.Dispose();
            return result;
        }

        public Tensor index(params Tensor[] indices) => Indexed(indices);

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            var (view, tensors) = Narrowed(indices);
            if (tensors is null)
                view.copy_(value);
            else
                view.index_put_(value, tensors!);
            if (!ReferenceEquals(view, this))
                view.Dispose();
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false)
        {
            fixed (nint* p = Handles(indices))
                return InPlace(Operators.IndexPutInPlace, this, Argument.Tensors(p, indices.Length, indices, optional: true), value, accumulate);
        }

        public Tensor index_select(long dim, Tensor index) => Call(Operators.IndexSelect, this, dim, index);
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Call(Operators.IndexAdd, this, dim, index, source, alpha);
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => InPlace(Operators.IndexAddInPlace, this, dim, index, source, alpha);
        public Tensor index_copy(long dim, Tensor index, Tensor source) => Call(Operators.IndexCopy, this, dim, index, source);
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => InPlace(Operators.IndexCopyInPlace, this, dim, index, source);
        public Tensor index_fill(long dim, Tensor index, Scalar value) => Call(Operators.IndexFill, this, dim, index, value);
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => InPlace(Operators.IndexFillInPlace, this, dim, index, value);
        public Tensor gather(long dim, Tensor index) => Call(Operators.Gather, this, dim, index);
        public Tensor take_along_dim(Tensor indices, long dim) => Call(Operators.TakeAlongDim, this, indices, dim);
        public Tensor scatter(long dim, Tensor index, Tensor src) => Call(Operators.Scatter, this, dim, index, src);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => InPlace(Operators.ScatterInPlace, this, dim, index, src);
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Call(Operators.ScatterAdd, this, dim, index, src);
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => InPlace(Operators.ScatterAddInPlace, this, dim, index, src);
        public Tensor masked_fill(Tensor mask, Scalar value) => Call(Operators.MaskedFill, this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => InPlace(Operators.MaskedFillInPlace, this, mask, value);
        public Tensor masked_select(Tensor mask) => Call(Operators.MaskedSelect, this, mask);
        public Tensor nonzero() => Call(Operators.Nonzero, this);
        public Tensor where(Tensor condition, Tensor y) => torch.where(condition, this, y);

        internal static nint[] Handles(IReadOnlyList<Tensor?> tensors)
        {
            var handles = new nint[tensors.Count];
            for (var i = 0; i < handles.Length; i++)
                handles[i] = tensors[i]?.Handle ?? 0;
            return handles;
        }

        private Tensor Indexed(Tensor?[] indices)
        {
            fixed (nint* p = Handles(indices))
                return Call(Operators.Index, this, Argument.Tensors(p, indices.Length, indices, optional: true));
        }

        private Tensor At(ReadOnlySpan<long> indices)
        {
            var result = this;
            foreach (var i in indices)
            {
                var next = result.select(0, i);
                if (!ReferenceEquals(result, this))
                    result.Dispose();
                result = next;
            }

            return result;
        }

        private void Assign(ReadOnlySpan<long> indices, Tensor value)
        {
            using var place = At(indices);
            place.copy_(value);
        }

        /// <summary>Applies integers, slices, None and the ellipsis as views; what is left are index tensors, one a dimension or null, or none at all.</summary>
        private (Tensor View, Tensor?[]? Indices) Narrowed(TensorIndex[] indices)
        {
            var consumed = indices.Count(i => i.Kind is TensorIndexKind.Single or TensorIndexKind.Slice or TensorIndexKind.Tensor);
            var view = alias();
            var tensors = new List<Tensor?>();
            var dim = 0L;
            foreach (var index in indices)
            {
                var before = view;
                switch (index.Kind)
                {
                    case TensorIndexKind.Ellipsis:
                        dim += ndim - consumed;
                        break;
                    case TensorIndexKind.None:
                        view = view.unsqueeze(dim++);
                        break;
                    case TensorIndexKind.Single:
                        view = view.select(dim, index.Start!.Value);
                        break;
                    case TensorIndexKind.Slice:
                        view = Call(Operators.Slice, view, dim++, Argument.Optional(index.Start), Argument.Optional(index.Stop), index.Step ?? 1);
                        break;
                    case TensorIndexKind.Bool:
                        throw new NotSupportedException("Indexing with a bool is not part of this subset.");
                    default:
                        while (tensors.Count < dim)
                            tensors.Add(null);
                        tensors.Add(index.Index);
                        dim++;
                        break;
                }

                if (!ReferenceEquals(before, view))
                    before.Dispose();
            }

            return (view, tensors.Count == 0 ? null : [.. tensors]);
        }
    }
}
