using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>A data set on which encoders are compared: labelled images to learn from, and labelled images to be tested on.</summary>
public sealed class ComparedDataSet
{
    /// <summary>Names two views.</summary>
    /// <param name="name">What the data set is called in tables; no other one of the comparison has the name.</param>
    /// <param name="train">Labelled images to learn from, and the database of retrieval.</param>
    /// <param name="test">Labelled images to be tested on, all of classes that <paramref name="train"/> has.</param>
    /// <param name="imageColumnName">Image column of both, of any type that encoders read.</param>
    /// <param name="labelColumnName">Label column of both: text, number, boolean or key. Labels that read the same are the same class. Rows without a label are left out.</param>
    public ComparedDataSet(string name, IDataView train, IDataView test, string imageColumnName = "Image", string labelColumnName = "Label")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentException.ThrowIfNullOrWhiteSpace(imageColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        (Name, Train, Test, ImageColumnName, LabelColumnName) = (name, train, test, imageColumnName, labelColumnName);
    }

    /// <summary>What the data set is called in tables.</summary>
    public string Name { get; }

    /// <summary>Labelled images to learn from.</summary>
    public IDataView Train { get; }

    /// <summary>Labelled images to be tested on.</summary>
    public IDataView Test { get; }

    /// <summary>Image column of both views.</summary>
    public string ImageColumnName { get; }

    /// <summary>Label column of both views.</summary>
    public string LabelColumnName { get; }
}
