namespace TorchSharp;

public static partial class torch
{
    public static class backends
    {
        public static class cuda
        {
            public static class matmul
            {
                public static bool allow_tf32
                {
                    get => Shim.Check(Shim.shim_allow_tf32(0, -1)) != 0;
                    set => Shim.Check(Shim.shim_allow_tf32(0, value ? 1 : 0));
                }
            }
        }

        public static class cudnn
        {
            public static bool allow_tf32
            {
                get => Shim.Check(Shim.shim_allow_tf32(1, -1)) != 0;
                set => Shim.Check(Shim.shim_allow_tf32(1, value ? 1 : 0));
            }
        }
    }
}
