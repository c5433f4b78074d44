namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public Tensor T => Call(Operators.NumpyT, this);
        public Tensor mT => transpose(-2, -1);

        public Tensor reshape(params long[] shape) => WithSizes(Operators.Reshape, shape);
        public Tensor view(params long[] shape) => WithSizes(Operators.View, shape);
        public Tensor permute(params long[] permutation) => WithSizes(Operators.Permute, permutation);
        public Tensor repeat(params long[] sizes) => WithSizes(Operators.Repeat, sizes);
        public Tensor flip(params long[] dims) => WithSizes(Operators.Flip, dims);
        public Tensor expand(params long[] sizes) => WithSizes(Operators.Expand, sizes);
        public Tensor expand_as(Tensor other) => Call(Operators.ExpandAs, this, other);
        public Tensor view_as(Tensor other) => Call(Operators.ViewAs, this, other);
        public Tensor t() => Call(Operators.T, this);
        public Tensor transpose(long dim0, long dim1) => Call(Operators.Transpose, this, dim0, dim1);
        public Tensor unsqueeze(long dim) => Call(Operators.Unsqueeze, this, dim);
        public Tensor squeeze(long? dim = null) => dim is null ? Call(Operators.Squeeze, this) : Call(Operators.SqueezeDim, this, dim.Value);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Call(Operators.Flatten, this, start_dim, end_dim);
        public Tensor narrow(long dim, long start, long length) => Call(Operators.Narrow, this, dim, start, length);
        public Tensor select(long dim, long index) => Call(Operators.Select, this, dim, index);
        public Tensor slice(long dim, long start, long finish, long step) => Call(Operators.Slice, this, dim, start, finish, step);
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Call(Operators.Diagonal, this, offset, dim1, dim2);
        public Tensor contiguous() => Call(Operators.Contiguous, this);
        public Tensor clone() => Call(Operators.Clone, this);
        public Tensor detach() => Call(Operators.Detach, this);
        public Tensor unfold(long dimension, long size, long step) => Call(Operators.Unfold, this, dimension, size, step);
        public Tensor tril(long diagonal = 0) => Call(Operators.Tril, this, diagonal);
        public Tensor triu(long diagonal = 0) => Call(Operators.Triu, this, diagonal);

        public Tensor alias()
        {
            var alias = new Tensor(Shim.shim_alias(Handle));
            GC.KeepAlive(this);
            return alias;
        }

        public Tensor unflatten(long dim, params long[] sizes)
        {
            // Written as a view: the operator's schema changed its name list between libtorch versions.
            var position = (int)(dim < 0 ? dim + ndim : dim);
            var whole = shape;
            if (position < 0 || position >= whole.Length)
                throw new ArgumentOutOfRangeException(nameof(dim));
            return view([.. whole[..position], .. sizes, .. whole[(position + 1)..]]);
        }

        public Tensor roll(long shifts, long? dims = null) => dims is null ? roll([shifts], []) : roll([shifts], [dims.Value]);

        public Tensor roll(long[] shifts, long[] dims)
        {
            fixed (long* s = shifts, d = dims)
                return Call(Operators.Roll, this, Argument.Ints(s, shifts.Length), Argument.Ints(d, dims.Length));
        }

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Call(Operators.RepeatInterleave, this, repeats, Argument.Optional(dim), Argument.Optional(output_size));

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0)
        {
            fixed (long* s = size, d = strides)
                return Call(Operators.AsStrided, this, Argument.Ints(s, size.Length), Argument.Ints(d, strides.Length), storageOffset);
        }

        public Tensor[] chunk(long chunks, long dim = 0) => CallList(Operators.Chunk, this, chunks, dim);

        public Tensor[] unbind(long dimension = 0) => CallList(Operators.Unbind, this, dimension);

        public Tensor[] split(long size, int dim = 0) => CallList(Operators.Split, this, size, (long)dim);

        public Tensor[] split(long[] sizes, long dim = 0)
        {
            fixed (long* p = sizes)
                return CallList(Operators.SplitWithSizes, this, Argument.Ints(p, sizes.Length), dim);
        }

        private Tensor WithSizes(Operator op, long[] sizes)
        {
            fixed (long* p = sizes)
                return Call(op, this, Argument.Ints(p, sizes.Length));
        }
    }
}
