using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static string __version__ => Shim.Version;

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Current.Open();

    public static DisposeScope CurrentDisposeScope => DisposeScopeManager.Current.Innermost!;

    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => Shim.shim_grad_mode(-1) != 0;

    public static IDisposable inference_mode(bool mode = true) => new InferenceGuard(mode);

    public static bool is_inference_mode_enabled() => Shim.shim_inference_enabled() != 0;

    public static int get_num_threads() => Shim.shim_threads();

    public static void set_num_threads(int num) => Shim.Check(Shim.shim_set_threads(num));

    public static int get_num_interop_threads() => Shim.shim_interop_threads();

    public static void set_num_interop_threads(int num) => Shim.Check(Shim.shim_set_interop_threads(num));

    public static Generator manual_seed(long seed)
    {
        Shim.Check(Shim.shim_manual_seed(seed));
        return new Generator((ulong)seed);
    }

    public static class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);
    }

    public class Generator : IDisposable
    {
        private nint _handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            _handle = Shim.Check(Shim.shim_generator_new(seed, this.device.Packed));
        }

        ~Generator() => Dispose(false);

        public Device device { get; }

        public nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Generator));

        public Generator manual_seed(long seed)
        {
            Shim.shim_generator_seed(Handle, (ulong)seed);
            return this;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0)
                Shim.shim_generator_free(handle);
        }
    }

    private sealed class GradMode(bool enabled) : IDisposable
    {
        private readonly int _before = Shim.shim_grad_mode(enabled ? 1 : 0);

        public void Dispose() => Shim.shim_grad_mode(_before);
    }

    private sealed class InferenceGuard(bool enabled) : IDisposable
    {
        private nint _guard = Shim.shim_inference_enter(enabled ? 1 : 0);

        public void Dispose()
        {
            if (_guard != 0)
                Shim.shim_inference_leave(_guard);
            _guard = 0;
        }
    }
}
