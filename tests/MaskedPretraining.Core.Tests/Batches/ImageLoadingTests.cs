using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Tests.Imaging;

namespace MaskedPretraining.Core.Tests.Batches;

[TestClass]
public sealed class ImageLoadingTests
{
    [TestMethod]
    public void Load_OtherChannels_SaysSoAndLetsGoOfTheImage()
    {
        var source = MemoryImageSource.Noise(1);
        var buffer = new ImageBuffer();

        string message = Assert.ThrowsExactly<ImageFormatException>(() => ImageLoading.Load(source, 0, 1, buffer).Dispose()).Message;

        Assert.Contains("it has 3 channels, but the network has Channels 1", message);
        // A file that is mapped into memory can only be closed when nobody holds an image of it.
        Assert.IsTrue(buffer.Pixels.IsEmpty);
    }
}
