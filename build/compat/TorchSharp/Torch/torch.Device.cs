namespace TorchSharp;

public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);

    public static readonly Device META = new(DeviceType.META);

    public static Device CUDA => new(DeviceType.CUDA);

    public static Device MPS => new(DeviceType.MPS);

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    public static Device device(int index) => new(index);

    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>libtorch starts devices by itself; a device that is not there is an error.</summary>
    public static Device InitializeDevice(Device? device)
    {
        device ??= CPU;
        InitializeDeviceType(device.type);
        return device;
    }

    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType))
            throw new InvalidOperationException($"Torch device type {deviceType} did not initialise on the current machine.");
    }

    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType switch
    {
        DeviceType.CPU => true,
        DeviceType.CUDA => cuda.is_available(),
        _ => false,
    };

    public class Device
    {
        public Device(string description)
        {
            var parts = description.Split(':');
            type = Parse(parts[0]);
            index = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : DefaultIndex(type);
        }

        public Device(string deviceType, int index = -1)
            : this(Parse(deviceType), index)
        {
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index >= 0 ? index : DefaultIndex(deviceType);
        }

        public Device(int index)
            : this(DeviceType.CUDA, index)
        {
        }

        public DeviceType type { get; }

        public int index { get; }

        internal long Packed => (long)type | (long)index * 256;

        public static implicit operator Device(string description) => new(description);

        public override string ToString() => type == DeviceType.CPU ? "cpu" : index < 0 ? Name : $"{Name}:{index}";

        internal static Device Unpack(long packed) => new((DeviceType)(packed & 0xff), (int)(packed >> 8));

        private string Name => type.ToString().ToLowerInvariant();

        private static int DefaultIndex(DeviceType type) => type == DeviceType.CUDA ? 0 : -1;

        private static DeviceType Parse(string name) => name.ToLowerInvariant() switch
        {
            "cpu" => DeviceType.CPU,
            "cuda" => DeviceType.CUDA,
            "mps" => DeviceType.MPS,
            "meta" => DeviceType.META,
            _ => throw new ArgumentException($"Unknown device type {name}."),
        };
    }

    public static class cuda
    {
        public static bool is_available() => Shim.shim_cuda_count() > 0;

        public static int device_count() => Shim.shim_cuda_count();

        public static void manual_seed(long seed) => torch.manual_seed(seed);

        public static void synchronize(Device? device = null) => Shim.Check(Shim.shim_cuda_synchronize(device is { type: DeviceType.CUDA, index: >= 0 } ? device.index : 0));
    }
}
