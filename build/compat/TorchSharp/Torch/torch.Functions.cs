namespace TorchSharp;

public static unsafe partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Joined(Operators.Cat, tensors, dim);

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => Joined(Operators.Cat, tensors, dim);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Joined(Operators.Stack, tensors as IList<Tensor> ?? [.. tensors], dim);

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Call(Operators.Where, condition, x, y);

    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij")
    {
        Tensor[] list = [.. tensors];
        var text = System.Text.Encoding.UTF8.GetBytes(indexing);
        fixed (nint* p = Tensor.Handles(list))
        fixed (byte* t = text)
            return CallList(Operators.Meshgrid, Argument.Tensors(p, list.Length, list), Argument.Text(t, text.Length));
    }

    public static Tensor einsum(string equation, params Tensor[] tensors)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(equation);
        fixed (nint* p = Tensor.Handles(tensors))
        fixed (byte* t = text)
            return Call(Operators.Einsum, Argument.Text(t, text.Length), Argument.Tensors(p, tensors.Length, tensors), Argument.None);
    }

    public static Tensor add(Tensor left, Tensor right) => left.add(right);
    public static Tensor sub(Tensor left, Tensor right) => left.sub(right);
    public static Tensor mul(Tensor left, Tensor right) => left.mul(right);
    public static Tensor div(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);
    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);
    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);
    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) => input.addmm(mat1, mat2, beta, alpha);
    public static Tensor baddbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => input.baddbmm(batch1, batch2, beta, alpha);
    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);
    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);
    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);
    public static Tensor pow(Tensor left, Scalar exponent) => left.pow(exponent);
    public static Tensor abs(Tensor input) => input.abs();
    public static Tensor exp(Tensor input) => input.exp();
    public static Tensor log(Tensor input) => input.log();
    public static Tensor sqrt(Tensor input) => input.sqrt();
    public static Tensor rsqrt(Tensor input) => input.rsqrt();
    public static Tensor sin(Tensor input) => input.sin();
    public static Tensor cos(Tensor input) => input.cos();
    public static Tensor erf(Tensor input) => input.erf();
    public static Tensor sigmoid(Tensor input) => input.sigmoid();
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);
    public static Tensor mean(Tensor input) => input.mean();
    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) => input.mean(dimensions, keepdim, type);
    public static Tensor argsort(Tensor input, long dim = -1, bool descending = false) => input.argsort(dim, descending);
    public static Tensor argmax(Tensor input) => input.argmax();
    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);
    public static Tensor clamp(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp(min, max);
    public static Tensor gather(Tensor input, long dim, Tensor index) => input.gather(dim, index);
    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);
    public static bool allclose(Tensor tensor, Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) => tensor.allclose(target, rtol, atol, equal_nan);
    public static Tensor isfinite(Tensor tensor) => tensor.isfinite();
    public static Tensor isnan(Tensor input) => input.isnan();
    public static Tensor bucketize(Tensor input, Tensor boundaries, bool outInt32 = false, bool right = false) => Call(Operators.Bucketize, input, boundaries, outInt32, right);
    public static Tensor tril(Tensor input, long diagonal = 0) => input.tril(diagonal);
    public static Tensor triu(Tensor input, long diagonal = 0) => input.triu(diagonal);

    private static Tensor Joined(Operator op, IList<Tensor> tensors, long dim)
    {
        var handles = stackalloc nint[tensors.Count];
        for (var i = 0; i < tensors.Count; i++)
            handles[i] = tensors[i].Handle;
        return Call(op, Argument.Tensors(handles, tensors.Count, tensors), dim);
    }
}
