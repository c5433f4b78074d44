namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Call(Operators.Add, this, target);
        public Tensor add(Scalar scalar) => Call(Operators.AddScalar, this, scalar);
        public Tensor add(Tensor target, Scalar alpha) => Call(Operators.Add, this, target, alpha);
        public Tensor add_(Tensor target) => InPlace(Operators.AddInPlace, this, target);
        public Tensor add_(Scalar scalar) => InPlace(Operators.AddScalarInPlace, this, scalar);
        public Tensor add_(Tensor target, Scalar alpha) => InPlace(Operators.AddInPlace, this, target, alpha);
        public Tensor sub(Tensor target) => Call(Operators.Sub, this, target);
        public Tensor sub(Scalar target) => Call(Operators.SubScalar, this, target);
        public Tensor sub_(Tensor target) => InPlace(Operators.SubInPlace, this, target);
        public Tensor sub_(Scalar target) => InPlace(Operators.SubScalarInPlace, this, target);
        public Tensor mul(Tensor target) => Call(Operators.Mul, this, target);
        public Tensor mul(Scalar target) => Call(Operators.MulScalar, this, target);
        public Tensor mul_(Tensor target) => InPlace(Operators.MulInPlace, this, target);
        public Tensor mul_(Scalar target) => InPlace(Operators.MulScalarInPlace, this, target);
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Divide(Operators.Div, Operators.DivMode, target, rounding_mode, inPlace: false);
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Divide(Operators.DivScalar, Operators.DivScalarMode, target, rounding_mode, inPlace: false);
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Divide(Operators.DivInPlace, Operators.DivModeInPlace, target, rounding_mode, inPlace: true);
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Divide(Operators.DivScalarInPlace, Operators.DivScalarModeInPlace, target, rounding_mode, inPlace: true);
        public Tensor fmod(Tensor target) => Call(Operators.Fmod, this, target);
        public Tensor fmod(Scalar scalar) => Call(Operators.FmodScalar, this, scalar);
        public Tensor remainder(Tensor target) => Call(Operators.Remainder, this, target);
        public Tensor remainder(Scalar scalar) => Call(Operators.RemainderScalar, this, scalar);
        public Tensor atan2(Tensor other) => Call(Operators.Atan2, this, other);
        public Tensor floor_divide(Tensor other) => Call(Operators.FloorDivide, this, other);
        public Tensor floor_divide(Scalar other) => Call(Operators.FloorDivideScalar, this, other);
        public Tensor pow(Tensor exponent) => Call(Operators.Pow, this, exponent);
        public Tensor pow(Scalar exponent) => Call(Operators.PowScalar, this, exponent);
        public Tensor pow_(Tensor exponent) => InPlace(Operators.PowInPlace, this, exponent);
        public Tensor pow_(Scalar exponent) => InPlace(Operators.PowScalarInPlace, this, exponent);
        public Tensor maximum(Tensor other) => Call(Operators.Maximum, this, other);
        public Tensor minimum(Tensor other) => Call(Operators.Minimum, this, other);
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Call(Operators.Clamp, this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Call(Operators.ClampTensor, this, min, max);
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => InPlace(Operators.ClampInPlace, this, min, max);
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => InPlace(Operators.ClampTensorInPlace, this, min, max);
        public Tensor clamp_min(Scalar min) => Call(Operators.ClampMin, this, min);
        public Tensor clamp_max(Scalar max) => Call(Operators.ClampMax, this, max);
        public Tensor clamp_min_(Scalar min) => InPlace(Operators.ClampMinInPlace, this, min);
        public Tensor clamp_max_(Scalar max) => InPlace(Operators.ClampMaxInPlace, this, max);
        public Tensor lerp(Tensor end, Tensor weight) => Call(Operators.Lerp, this, end, weight);
        public Tensor lerp_(Tensor end, Tensor weight) => InPlace(Operators.LerpInPlace, this, end, weight);
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Call(Operators.Addcmul, this, tensor1, tensor2, value);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace(Operators.AddcmulInPlace, this, tensor1, tensor2, value);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Call(Operators.Addcdiv, this, tensor1, tensor2, value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace(Operators.AddcdivInPlace, this, tensor1, tensor2, value);
        public Tensor uniform_(double from, double to, Generator? generator = null) => InPlace(Operators.UniformInPlace, this, from, to, generator);
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) => InPlace(Operators.NormalInPlace, this, mean, std, generator);
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => InPlace(Operators.BernoulliInPlace, this, p, generator);
        public Tensor fill_(Scalar value) => InPlace(Operators.FillInPlace, this, value);
        public Tensor logical_and(Tensor other) => Call(Operators.LogicalAnd, this, other);
        public Tensor logical_or(Tensor other) => Call(Operators.LogicalOr, this, other);
        public Tensor logical_xor(Tensor other) => Call(Operators.LogicalXor, this, other);
        public Tensor bitwise_and(Tensor other) => Call(Operators.BitwiseAnd, this, other);
        public Tensor bitwise_or(Tensor other) => Call(Operators.BitwiseOr, this, other);
        public Tensor bitwise_xor(Tensor other) => Call(Operators.BitwiseXor, this, other);
        public Tensor eq(Tensor target) => Call(Operators.Eq, this, target);
        public Tensor eq(Scalar target) => Call(Operators.EqScalar, this, target);
        public Tensor ne(Tensor target) => Call(Operators.Ne, this, target);
        public Tensor ne(Scalar target) => Call(Operators.NeScalar, this, target);
        public Tensor lt(Tensor target) => Call(Operators.Lt, this, target);
        public Tensor lt(Scalar target) => Call(Operators.LtScalar, this, target);
        public Tensor le(Tensor target) => Call(Operators.Le, this, target);
        public Tensor le(Scalar target) => Call(Operators.LeScalar, this, target);
        public Tensor gt(Tensor target) => Call(Operators.Gt, this, target);
        public Tensor gt(Scalar target) => Call(Operators.GtScalar, this, target);
        public Tensor ge(Tensor target) => Call(Operators.Ge, this, target);
        public Tensor ge(Scalar target) => Call(Operators.GeScalar, this, target);
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false)
        {
            unsafe
            {
                var results = stackalloc Slot[8];
                CallMany(Operators.Allclose, results, this, target, rtol, atol, equal_nan);
                return results[0].Integer != 0;
            }
        }

        private Tensor Divide(Operator plain, Operator rounding, Argument target, RoundingMode mode, bool inPlace)
        {
            if (mode == RoundingMode.None)
                return inPlace ? InPlace(plain, this, target) : Call(plain, this, target);
            unsafe
            {
                var text = mode == RoundingMode.floor ? "floor"u8 : "trunc"u8;
                fixed (byte* name = text)
                    return inPlace ? InPlace(rounding, this, target, Argument.Text(name, text.Length)) : Call(rounding, this, target, Argument.Text(name, text.Length));
            }
        }
    }
}
