using System.Numerics;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>How numbers lie in memory. Kernels compute in single precision whatever it is.</summary>
internal unsafe interface IElement<T>
    where T : unmanaged
{
    /// <summary>Elements that one call of <see cref="Load"/> or <see cref="Store"/> moves: two vectors of single precision.</summary>
    static int Count => 2 * Vector<float>.Count;

    static abstract void Load(T* source, out Vector<float> low, out Vector<float> high);

    static abstract void Store(T* target, Vector<float> low, Vector<float> high);
}
