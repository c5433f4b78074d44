namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public enum Reduction
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        public static unsafe class functional
        {
            private static readonly Operator s_attention = new("scaled_dot_product_attention");
            private static readonly Operator s_earlyAttention = new("_scaled_dot_product_attention");

            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Call(Operators.Linear, input, weights, bias);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05)
            {
                fixed (long* p = normalized_shape)
                    return Call(Operators.LayerNorm, input, Argument.Ints(p, normalized_shape.Length), weight, bias, eps);
            }

            public static Tensor batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1, double eps = 1e-05)
            {
                // The last argument of the operator lets cuDNN work, as TorchSharp does.
                var slots = stackalloc Slot[9];
                Argument a = input, b = weight, c = bias, d = running_mean, e = running_var;
                (slots[0], slots[1], slots[2], slots[3], slots[4]) = (a.Slot, b.Slot, c.Slot, d.Slot, e.Slot);
                Argument f = training, g = momentum, h = eps, i = true;
                (slots[5], slots[6], slots[7], slots[8]) = (f.Slot, g.Slot, h.Slot, i.Slot);
                Slot result;
                Shim.Check(Shim.shim_invoke(Operators.BatchNorm.Handle, slots, 9, &result, 1));
                GC.KeepAlive((input, weight, bias, running_mean, running_var));
                return Wrap(result);
            }

            /// <summary>libtorch 1.13 has the operator under a name of its own, with a second result.</summary>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (!Shim.Version.StartsWith("1.", StringComparison.Ordinal))
                    return Call(s_attention, query, key, value, attn_mask, p, is_casual);
                var results = stackalloc Slot[2];
                Argument q = query, k = key, v = value, mask = attn_mask, dropout = p, causal = is_casual;
                var slots = stackalloc Slot[7] { q.Slot, k.Slot, v.Slot, mask.Slot, dropout.Slot, default, causal.Slot };
                Shim.Check(Shim.shim_invoke(s_earlyAttention.Handle, slots, 7, results, 2));
                GC.KeepAlive((query, key, value, attn_mask));
                if (results[1].Pointer != 0)
                    Shim.shim_free(results[1].Pointer);
                return Wrap(results[0]);
            }

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? InPlace(Operators.LeakyReluInPlace, input, negative_slope) : Call(Operators.LeakyRelu, input, negative_slope);

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? InPlace(Operators.SiluInPlace, x) : x.silu();

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => Call(Operators.MseLoss, input, target, (long)reduction);

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => Call(Operators.L1Loss, input, target, (long)reduction);

            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1) => Call(Operators.SmoothL1Loss, input, target, (long)reduction, beta);

            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0) =>
                Call(Operators.CrossEntropyLoss, input, target, weight, (long)reduction, ignore_index, label_smoothing);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => Call(Operators.OneHot, x, num_classes);

            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1e-12)
            {
                using var scope = NewDisposeScope();
                var length = linalg.vector_norm(input, p, [dim], keepdim: true).clamp_min(eps);
                return input.div(length.expand_as(input)).MoveToOuterDisposeScope();
            }

            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1)
            {
                fixed (long* s = strides ?? [1, 1], p = padding ?? [0, 0], d = dilation ?? [1, 1])
                    return Call(Operators.Conv2d, input, weight, bias, Argument.Ints(s, 2), Argument.Ints(p, 2), Argument.Ints(d, 2), groups);
            }
        }
    }
}
