namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor mm(Tensor target) => Call(Operators.Mm, this, target);
        public Tensor bmm(Tensor batch2) => Call(Operators.Bmm, this, batch2);
        public Tensor mv(Tensor target) => Call(Operators.Mv, this, target);
        public Tensor dot(Tensor target) => Call(Operators.Dot, this, target);
        public Tensor outer(Tensor vec2) => Call(Operators.Outer, this, vec2);
        public Tensor matmul(Tensor target) => Call(Operators.Matmul, this, target);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Call(Operators.Addmm, this, mat1, mat2, (double)beta, (double)alpha);
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => InPlace(Operators.AddmmInPlace, this, mat1, mat2, (double)beta, (double)alpha);
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Call(Operators.Baddbmm, this, batch1, batch2, (double)beta, (double)alpha);
    }
}
