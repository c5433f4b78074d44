namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Call(Operators.Sum, this, type);
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Over(Operators.SumDims, dim, keepdim, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Over(Operators.SumDims, dim, keepdim, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Over(Operators.SumDims, [dim], keepdim, type);
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => Over(Operators.SumDims, [dim0, dim1], keepdim, type);
        public Tensor mean() => Call(Operators.Mean, this);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Over(Operators.MeanDims, dimensions, keepdim, type);
        public Tensor prod(ScalarType? type = null) => Call(Operators.Prod, this, type);
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Call(Operators.ProdDim, this, dim, keepdim, type);

        public Tensor var(bool unbiased = true) => Call(Operators.Var, this, unbiased);
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Spread(Operators.VarDims, [dim], unbiased, keepdim, type);
        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Spread(Operators.VarDims, dimensions, unbiased, keepdim, type);
        public Tensor std(bool unbiased = true) => Call(Operators.Std, this, unbiased);
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Spread(Operators.StdDims, [dim], unbiased, keepdim, type);
        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Spread(Operators.StdDims, dimensions, unbiased, keepdim, type);

        public Tensor amax(params long[] dims) => Extreme(Operators.Amax, dims, keepdim: false);
        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Extreme(Operators.Amax, dims, keepdim);
        public Tensor amin(params long[] dims) => Extreme(Operators.Amin, dims, keepdim: false);
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => Extreme(Operators.Amin, dims, keepdim);

        public Tensor max() => Call(Operators.Max, this);
        public Tensor max(Tensor other) => maximum(other);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => CallPair(Operators.MaxDim, this, dim, keepdim);
        public Tensor min() => Call(Operators.Min, this);
        public Tensor min(Tensor other) => minimum(other);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => CallPair(Operators.MinDim, this, dim, keepdim);
        public Tensor median() => Call(Operators.Median, this);
        public Tensor argmax() => Call(Operators.Argmax, this);
        public Tensor argmax(long dim, bool keepdim = false) => Call(Operators.Argmax, this, dim, keepdim);
        public Tensor argmin() => Call(Operators.Argmin, this);
        public Tensor argmin(long dim, bool keepdim = false) => Call(Operators.Argmin, this, dim, keepdim);
        public Tensor all() => Call(Operators.All, this);
        public Tensor all(long dim, bool keepdim = false) => Call(Operators.AllDim, this, dim, keepdim);
        public Tensor any() => Call(Operators.Any, this);
        public Tensor any(long dim, bool keepdim = false) => Call(Operators.AnyDim, this, dim, keepdim);
        public Tensor cumsum(long dim, ScalarType? type = null) => Call(Operators.Cumsum, this, dim, type);
        public Tensor logsumexp(long dim, bool keepdim = false) => Call(Operators.Logsumexp, this, Argument.Ints(&dim, 1), keepdim);
        public Tensor norm(float p = 2) => Call(Operators.Norm, this, (double)p);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Call(Operators.Softmax, this, dim, dtype);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Call(Operators.LogSoftmax, this, dim, dtype);

        public Tensor argsort(long dim = -1, bool descending = false) => Call(Operators.Argsort, this, dim, descending);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            CallPair(Operators.SortStable, this, stable, dim, descending);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            CallPair(Operators.Topk, this, (long)k, (long)dim, largest, sorted);

        private Tensor Over(Operator op, ReadOnlySpan<long> dims, bool keepdim, ScalarType? type)
        {
            fixed (long* p = dims)
                return Call(op, this, Argument.Ints(p, dims.Length), keepdim, type);
        }

        private Tensor Extreme(Operator op, ReadOnlySpan<long> dims, bool keepdim)
        {
            fixed (long* p = dims)
                return Call(op, this, Argument.Ints(p, dims.Length), keepdim);
        }

        private Tensor Spread(Operator op, ReadOnlySpan<long> dims, bool unbiased, bool keepdim, ScalarType? type)
        {
            fixed (long* p = dims)
            {
                var result = Call(op, this, Argument.Ints(p, dims.Length), unbiased, keepdim);
                return type is null || type == result.dtype ? result : result.to(type.Value, disposeAfter: true);
            }
        }
    }
}
