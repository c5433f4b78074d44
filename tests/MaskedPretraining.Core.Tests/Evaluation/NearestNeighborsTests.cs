using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Evaluation;

[TestClass]
public sealed class NearestNeighborsTests
{
    [TestMethod]
    [DataRow(1, 50)]
    [DataRow(7, 50)]
    [DataRow(50, 50)]
    [DataRow(60, 50)]
    public void Offer_ManyItemsWithTies_KeepsTheMostSimilarAndOfEqualsTheEarlier(int capacity, int items)
    {
        for (int trial = 0; trial < 50; trial++)
        {
            var random = new RandomStream(1, RandomPurpose.Scene, 0, trial);
            float[] similarities = [.. Enumerable.Range(0, items).Select(_ => (float)random.NextInt32(10))];
            var neighbors = new NearestNeighbors(capacity);
            for (int item = 0; item < items; item++)
            {
                neighbors.Offer(similarities[item], item);
            }

            int[] expected = [.. Enumerable.Range(0, items).OrderByDescending(item => similarities[item]).ThenBy(item => item).Take(capacity)];
            CollectionAssert.AreEquivalent(expected, neighbors.Items.ToArray());
        }
    }
}
