namespace Microsoft.ML.Data;

internal static class Shuffling
{
    public static int[] Order(int count, Random rand)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        rand.Shuffle(order);
        return order;
    }
}
