namespace MaskedPretraining.Core.Evaluation;

/// <summary>The k most similar items seen so far: a heap whose root is the least similar of them. Of equally similar items the earlier stays.</summary>
internal sealed class NearestNeighbors(int capacity)
{
    private readonly float[] _similarities = new float[capacity];
    private readonly int[] _items = new int[capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<float> Similarities => _similarities.AsSpan(0, Count);

    public ReadOnlySpan<int> Items => _items.AsSpan(0, Count);

    /// <summary>What an item must exceed to get in.</summary>
    public float Threshold => Count < capacity ? float.NegativeInfinity : _similarities[0];

    public void Clear() => Count = 0;

    /// <summary>Offers an item; items come in ascending order.</summary>
    public void Offer(float similarity, int item)
    {
        if (Count < capacity)
        {
            SiftUp(Count++, similarity, item);
        }
        else if (similarity > _similarities[0])
        {
            SiftDown(similarity, item);
        }
    }

    private void SiftUp(int place, float similarity, int item)
    {
        while (place > 0)
        {
            int parent = (place - 1) / 2;
            if (!IsWorse(similarity, item, parent))
            {
                break;
            }

            Move(parent, place);
            place = parent;
        }

        (_similarities[place], _items[place]) = (similarity, item);
    }

    private void SiftDown(float similarity, int item)
    {
        int place = 0;
        while (2 * place + 1 < Count)
        {
            int child = 2 * place + 1;
            if (child + 1 < Count && IsWorse(_similarities[child + 1], _items[child + 1], child))
            {
                child++;
            }

            if (IsWorse(similarity, item, child))
            {
                break;
            }

            Move(child, place);
            place = child;
        }

        (_similarities[place], _items[place]) = (similarity, item);
    }

    /// <summary>Whether an item should leave before the one at a place.</summary>
    private bool IsWorse(float similarity, int item, int place) =>
        similarity < _similarities[place] || (similarity == _similarities[place] && item > _items[place]);

    private void Move(int from, int to) => (_similarities[to], _items[to]) = (_similarities[from], _items[from]);
}
