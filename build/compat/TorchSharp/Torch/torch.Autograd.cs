namespace TorchSharp;

public static partial class torch
{
    public static unsafe class autograd
    {
        public static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            var roots = Tensor.Handles([.. tensors]);
            var gradients = Tensor.Handles([.. grad_tensors ?? []]);
            var leaves = Tensor.Handles([.. inputs ?? []]);
            fixed (nint* r = roots, g = gradients, i = leaves)
                Shim.Check(Shim.shim_backward(r, roots.Length, g, gradients.Length, retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0, i, leaves.Length));
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var roots = Tensor.Handles([.. outputs]);
            var leaves = Tensor.Handles([.. inputs]);
            var gradients = Tensor.Handles([.. grad_outputs ?? []]);
            var found = new nint[leaves.Length];
            fixed (nint* r = roots, i = leaves, g = gradients, f = found)
                Shim.Check(Shim.shim_autograd_grad(r, roots.Length, i, leaves.Length, g, gradients.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, f));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return [.. found.Select(handle => new Tensor(handle))];
        }
    }
}
