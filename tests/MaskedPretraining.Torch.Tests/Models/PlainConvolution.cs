namespace MaskedPretraining.Torch.Tests.Models;

/// <summary>The obvious convolution in double precision, for one image <c>[C, R, C]</c>.</summary>
internal static class PlainConvolution
{
    /// <param name="input"><c>[inputs, rows, columns]</c>.</param>
    /// <param name="rows">Rows of the input.</param>
    /// <param name="columns">Columns of the input.</param>
    /// <param name="weight"><c>[outputs, inputs, height, width]</c>.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="stride">Down and across.</param>
    /// <param name="padding">Zeros on each side.</param>
    /// <returns>Output <c>[outputs, Rows, Columns]</c> and its sizes.</returns>
    public static (double[] Output, int Rows, int Columns) Apply(double[] input, int rows, int columns, double[] weight, long[] shape, int stride, int padding)
    {
        var (outputs, inputs, height, width) = ((int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]);
        int outRows = ((rows + (2 * padding) - height) / stride) + 1, outColumns = ((columns + (2 * padding) - width) / stride) + 1;
        var output = new double[outputs * outRows * outColumns];
        for (int i = 0; i < output.Length; i++)
        {
            int top = (i / outColumns % outRows * stride) - padding, left = (i % outColumns * stride) - padding, channel = i / (outRows * outColumns);
            for (int tap = 0; tap < inputs * height * width; tap++)
            {
                int row = top + (tap / width % height), column = left + (tap % width);
                if (row >= 0 && row < rows && column >= 0 && column < columns)
                {
                    output[i] += weight[(channel * inputs * height * width) + tap] * input[(((tap / (height * width)) * rows) + row) * columns + column];
                }
            }
        }

        return (output, outRows, outColumns);
    }
}
