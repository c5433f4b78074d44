using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        /// <summary>The memory of a contiguous tensor on the CPU.</summary>
        public Span<byte> bytes
        {
            get
            {
                if (!is_contiguous())
                    throw new InvalidOperationException("Reading data from non-contiguous memory is not supported; call contiguous() first.");
                if (device_type != DeviceType.CPU)
                    throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
                return new Span<byte>((void*)DataPointer, checked((int)(numel() * element_size())));
            }
            set
            {
                var target = bytes;
                if (value.Length != target.Length)
                    throw new ArgumentException("Mismatched data sizes in Tensor.SetBytes().");
                value.CopyTo(target);
            }
        }

        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            Require<T>();
            if (device_type != DeviceType.CPU)
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            return new TensorAccessor<T>(this);
        }

        public T item<T>() where T : unmanaged
        {
            if (numel() != 1)
                throw new ArgumentException("The number of elements in the tensor must be 1");
            Require<T>();
            if (device_type != DeviceType.CPU)
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            var value = *(T*)DataPointer;
            GC.KeepAlive(this);
            return value;
        }

        internal nint DataPointer
        {
            get
            {
                var pointer = Shim.shim_data(Handle);
                GC.KeepAlive(this);
                return pointer;
            }
        }

        private void Require<T>() where T : unmanaged
        {
            if (!Holds<T>(dtype))
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
        }

        private static bool Holds<T>(ScalarType type) where T : unmanaged => type switch
        {
            ScalarType.Byte => typeof(T) == typeof(byte),
            ScalarType.Int8 => typeof(T) == typeof(sbyte),
            ScalarType.Int16 => typeof(T) == typeof(short),
            ScalarType.Int32 => typeof(T) == typeof(int),
            ScalarType.Int64 => typeof(T) == typeof(long),
            ScalarType.Float16 => typeof(T) == typeof(Half),
            ScalarType.Float32 => typeof(T) == typeof(float),
            ScalarType.Float64 => typeof(T) == typeof(double),
            ScalarType.Bool => typeof(T) == typeof(bool),
            _ => false,
        };
    }
}
