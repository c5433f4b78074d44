namespace TorchSharp;

public static partial class torch
{
    public static unsafe class jit
    {
        /// <summary>Compiles TorchScript. The package ends the process on an error in the script; here it is an ExternalException.</summary>
        public static CompilationUnit compile(string script) => new(Shim.Compile(script));

        public class CompilationUnit : IDisposable
        {
            private nint _handle;

            internal CompilationUnit(nint handle) => _handle = handle;

            ~CompilationUnit() => Dispose(false);

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Calls a function whose one result is a tensor; arguments are tensors, arrays of tensors, numbers, booleans and null.</summary>
            public TResult invoke<TResult>(string name, params object[] inputs)
            {
                var slots = stackalloc Slot[inputs.Length];
                var lists = stackalloc nint*[inputs.Length];
                Slot result;
                try
                {
                    for (var i = 0; i < inputs.Length; i++)
                        slots[i] = SlotOf(inputs[i], out lists[i]);
                    Shim.Invoke(_handle, name, slots, inputs.Length, &result, 1);
                }
                finally
                {
                    for (var i = 0; i < inputs.Length; i++)
                        System.Runtime.InteropServices.NativeMemory.Free(lists[i]);
                    GC.KeepAlive(inputs);
                    GC.KeepAlive(this);
                }

                return (TResult)(object)Wrap(result);
            }

            protected virtual void Dispose(bool disposing)
            {
                var handle = Interlocked.Exchange(ref _handle, 0);
                if (handle != 0)
                    Shim.shim_compile_free(handle);
            }

            private static Slot SlotOf(object? input, out nint* list)
            {
                list = null;
                if (input is Tensor[] tensors)
                {
                    list = (nint*)System.Runtime.InteropServices.NativeMemory.Alloc((nuint)Math.Max(tensors.Length, 1), (nuint)sizeof(nint));
                    for (var i = 0; i < tensors.Length; i++)
                        list[i] = tensors[i].Handle;
                    return Argument.Tensors(list, tensors.Length, tensors).Slot;
                }

                Argument argument = input switch
                {
                    null => Argument.None,
                    Tensor tensor => tensor,
                    Scalar scalar => scalar,
                    bool flag => flag,
                    int or long => Convert.ToInt64(input),
                    float or double => Convert.ToDouble(input),
                    _ => throw new NotImplementedException($"Passing arguments of type {input.GetType().Name} to TorchScript."),
                };
                return argument.Slot;
            }
        }
    }
}
