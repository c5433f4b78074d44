namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Call(Operators.Abs, this);
        public Tensor acos() => Call(Operators.Acos, this);
        public Tensor asin() => Call(Operators.Asin, this);
        public Tensor atan() => Call(Operators.Atan, this);
        public Tensor ceil() => Call(Operators.Ceil, this);
        public Tensor cos() => Call(Operators.Cos, this);
        public Tensor cosh() => Call(Operators.Cosh, this);
        public Tensor erf() => Call(Operators.Erf, this);
        public Tensor erfc() => Call(Operators.Erfc, this);
        public Tensor erfinv() => Call(Operators.Erfinv, this);
        public Tensor exp() => Call(Operators.Exp, this);
        public Tensor exp2() => Call(Operators.Exp2, this);
        public Tensor expm1() => Call(Operators.Expm1, this);
        public Tensor floor() => Call(Operators.Floor, this);
        public Tensor log() => Call(Operators.Log, this);
        public Tensor log10() => Call(Operators.Log10, this);
        public Tensor log1p() => Call(Operators.Log1p, this);
        public Tensor log2() => Call(Operators.Log2, this);
        public Tensor neg() => Call(Operators.Neg, this);
        public Tensor reciprocal() => Call(Operators.Reciprocal, this);
        public Tensor relu() => Call(Operators.Relu, this);
        public Tensor rsqrt() => Call(Operators.Rsqrt, this);
        public Tensor sigmoid() => Call(Operators.Sigmoid, this);
        public Tensor sign() => Call(Operators.Sign, this);
        public Tensor sin() => Call(Operators.Sin, this);
        public Tensor sinh() => Call(Operators.Sinh, this);
        public Tensor sqrt() => Call(Operators.Sqrt, this);
        public Tensor square() => Call(Operators.Square, this);
        public Tensor tan() => Call(Operators.Tan, this);
        public Tensor tanh() => Call(Operators.Tanh, this);
        public Tensor trunc() => Call(Operators.Trunc, this);
        public Tensor isnan() => Call(Operators.Isnan, this);
        public Tensor isfinite() => Call(Operators.Isfinite, this);
        public Tensor isinf() => Call(Operators.Isinf, this);
        public Tensor isposinf() => Call(Operators.Isposinf, this);
        public Tensor isneginf() => Call(Operators.Isneginf, this);
        public Tensor logical_not() => Call(Operators.LogicalNot, this);
        public Tensor bitwise_not() => Call(Operators.BitwiseNot, this);

        public Tensor abs_() => InPlace(Operators.AbsInPlace, this);
        public Tensor ceil_() => InPlace(Operators.CeilInPlace, this);
        public Tensor cos_() => InPlace(Operators.CosInPlace, this);
        public Tensor erf_() => InPlace(Operators.ErfInPlace, this);
        public Tensor erfinv_() => InPlace(Operators.ErfinvInPlace, this);
        public Tensor exp_() => InPlace(Operators.ExpInPlace, this);
        public Tensor expm1_() => InPlace(Operators.Expm1InPlace, this);
        public Tensor floor_() => InPlace(Operators.FloorInPlace, this);
        public Tensor log_() => InPlace(Operators.LogInPlace, this);
        public Tensor log1p_() => InPlace(Operators.Log1pInPlace, this);
        public Tensor log2_() => InPlace(Operators.Log2InPlace, this);
        public Tensor neg_() => InPlace(Operators.NegInPlace, this);
        public Tensor reciprocal_() => InPlace(Operators.ReciprocalInPlace, this);
        public Tensor relu_() => InPlace(Operators.ReluInPlace, this);
        public Tensor rsqrt_() => InPlace(Operators.RsqrtInPlace, this);
        public Tensor sigmoid_() => InPlace(Operators.SigmoidInPlace, this);
        public Tensor sin_() => InPlace(Operators.SinInPlace, this);
        public Tensor sqrt_() => InPlace(Operators.SqrtInPlace, this);
        public Tensor tan_() => InPlace(Operators.TanInPlace, this);
        public Tensor tanh_() => InPlace(Operators.TanhInPlace, this);
        public Tensor trunc_() => InPlace(Operators.TruncInPlace, this);
        public Tensor zero_() => InPlace(Operators.ZeroInPlace, this);

        public Tensor gelu() => Call(Operators.Gelu, this);
        public Tensor silu() => Call(Operators.Silu, this);
        public Tensor round(long decimals = 0) => decimals == 0 ? Call(Operators.Round, this) : Call(Operators.RoundDecimals, this, decimals);
        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) => Call(Operators.NanToNum, this, nan, Argument.Optional(posinf), Argument.Optional(neginf));
    }
}
