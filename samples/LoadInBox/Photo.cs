namespace LoadInBox;

/// <summary>What goes in: the path of an image file.</summary>
internal sealed class Photo
{
    public string ImagePath { get; set; } = "";
}
