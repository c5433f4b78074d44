namespace TorchSharp;

public static partial class torch
{
    public static unsafe class linalg
    {
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L')
        {
            var text = (byte)UPLO;
            return CallPair(Operators.LinalgEigh, input, Argument.Text(&text, 1));
        }

        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true) => CallTriple(Operators.LinalgSvd, input, fullMatrices);

        public static Tensor inv(Tensor input) => Call(Operators.LinalgInv, input);

        public static Tensor solve(Tensor A, Tensor B, bool left = true) => left
            ? Call(Operators.LinalgSolve, A, B)
            : Call(Operators.LinalgSolve, A.mT, B.mT).mT;

        public static Tensor vector_norm(Tensor input, double ord = 2, long[]? dims = null, bool keepdim = false)
        {
            fixed (long* p = dims)
                return Call(Operators.LinalgVectorNorm, input, ord, dims is null ? Argument.None : Argument.Ints(p, dims.Length), keepdim);
        }
    }
}
