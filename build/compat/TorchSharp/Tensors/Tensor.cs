namespace TorchSharp;

public static partial class torch
{
    /// <summary>A wrapper around one at::Tensor.</summary>
    public unsafe partial class Tensor : IDisposable
    {
        private static long s_live;
        private static long s_peak;

        private nint _handle;

        internal Tensor(nint handle)
        {
            _handle = handle;
            var manager = DisposeScopeManager.Current;
            if (manager.Innermost is { } scope)
            {
                scope.Add(this);
                manager.Tensors.CreatedInScopeCount++;
            }
            else
            {
                manager.Tensors.CreatedOutsideScopeCount++;
            }

            var live = Interlocked.Increment(ref s_live);
            if (live > s_peak)
                s_peak = live;
            DeadTensors.Drain();
        }

        ~Tensor()
        {
            if (_handle == 0)
                return;
            Interlocked.Decrement(ref s_live);
            DeadTensors.Add(_handle);
        }

        public static long TotalCount => Interlocked.Read(ref s_live);

        public static long PeakCount => s_peak;

        public bool IsInvalid => _handle == 0;

        /// <summary>The address of the at::Tensor.</summary>
        public nint Handle => _handle != 0 ? _handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        internal DisposeScope? Scope { get; set; }

        internal int ScopeIndex { get; set; }

        public static Tensor UnsafeCreateTensor(nint handle) => new(handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (_handle == 0)
                return;
            var counts = DisposeScopeManager.Current.Tensors;
            if (Scope is { } scope)
            {
                scope.Remove(this);
                counts.DisposedInScopeCount++;
            }
            else
            {
                counts.DisposedOutsideScopeCount++;
            }

            Free();
        }

        /// <summary>Frees the native tensor; the scope has already let go of it.</summary>
        internal void Free()
        {
            var handle = _handle;
            if (handle == 0)
                return;
            _handle = 0;
            Interlocked.Decrement(ref s_live);
            Shim.shim_free(handle);
            GC.SuppressFinalize(this);
        }

        /// <summary>Gives the native tensor away: this wrapper is invalid afterwards.</summary>
        public nint DecoupleFromNativeHandle()
        {
            Scope?.Remove(this);
            GC.SuppressFinalize(this);
            Interlocked.Decrement(ref s_live);
            var handle = _handle;
            _handle = 0;
            return handle;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            Scope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (Scope is not null)
                Scope.MoveToOther(other, this);
            else
                other?.Attach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.Scope);

        public Tensor DetachFromDisposeScope()
        {
            Scope?.Detach(this);
            return this;
        }

        public long ndim => dim();

        public long Dimensions => dim();

        public long NumberOfElements => numel();

        public long ElementSize => element_size();

        public ScalarType dtype
        {
            get
            {
                var type = (ScalarType)Shim.shim_dtype(Handle);
                GC.KeepAlive(this);
                return type;
            }
        }

        public Device device => Device.Unpack(PackedDevice);

        public DeviceType device_type => (DeviceType)(PackedDevice & 0xff);

        public int device_index => (int)(PackedDevice >> 8);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public long[] shape
        {
            get
            {
                var sizes = new long[dim()];
                fixed (long* p = sizes)
                    Shim.shim_sizes(Handle, p);
                GC.KeepAlive(this);
                return sizes;
            }
        }

        private long PackedDevice
        {
            get
            {
                var packed = Shim.shim_device(Handle);
                GC.KeepAlive(this);
                return packed;
            }
        }

        public long[] size() => shape;

        public long size(int dim)
        {
            var size = Shim.shim_size(Handle, dim);
            GC.KeepAlive(this);
            return size >= 0 ? size : throw new System.Runtime.InteropServices.ExternalException(Shim.Error);
        }

        public long dim()
        {
            var dims = Shim.shim_dim(Handle);
            GC.KeepAlive(this);
            return dims;
        }

        public long numel()
        {
            var count = Shim.shim_numel(Handle);
            GC.KeepAlive(this);
            return count;
        }

        public long element_size() => dtype.ElementSize();

        public long[] stride()
        {
            var strides = new long[dim()];
            fixed (long* p = strides)
                Shim.shim_strides(Handle, p);
            GC.KeepAlive(this);
            return strides;
        }

        public bool is_contiguous()
        {
            var contiguous = Shim.shim_is_contiguous(Handle) != 0;
            GC.KeepAlive(this);
            return contiguous;
        }

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        public override string ToString() => IsInvalid ? "invalid tensor" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";
    }
}
