using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageTypeAttribute : DataViewTypeAttribute
{
    private readonly int _height;
    private readonly int _width;

    public ImageTypeAttribute()
    {
    }

    public ImageTypeAttribute(int height, int width)
    {
        if (height <= 0)
            throw new ArgumentOutOfRangeException(nameof(height), "Must be positive");
        if (width <= 0)
            throw new ArgumentOutOfRangeException(nameof(width), "Must be positive");
        _height = height;
        _width = width;
    }

    public override void Register()
        => DataViewTypeManager.Register(_height > 0 ? new ImageDataViewType(_height, _width) : new ImageDataViewType(), typeof(MLImage), this);

    public override bool Equals(DataViewTypeAttribute other) => other is ImageTypeAttribute image && image._height == _height && image._width == _width;

    public override bool Equals(object obj) => obj is DataViewTypeAttribute attribute && Equals(attribute);

    public override int GetHashCode() => HashCode.Combine(_height, _width);
}
