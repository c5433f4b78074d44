namespace MaskedPretraining.Core.Batches;

/// <summary>Batches to use again. Never holds more than were in use at one time.</summary>
/// <typeparam name="TBatch">Type of a batch.</typeparam>
internal sealed class BatchPool<TBatch>
    where TBatch : ImageBatch
{
    private readonly Stack<TBatch> _free = new();

    /// <summary>Takes a fitting batch or makes one. Batches that do not fit (counts change with the epoch) are let go.</summary>
    /// <param name="fits">Whether a batch has the sizes wanted.</param>
    /// <param name="create">Makes a batch.</param>
    public TBatch Rent(Predicate<TBatch> fits, Func<TBatch> create)
    {
        lock (_free)
        {
            while (_free.TryPop(out TBatch? batch))
            {
                if (fits(batch))
                {
                    return batch;
                }
            }
        }

        return create();
    }

    /// <summary>Takes a batch back.</summary>
    /// <param name="batch">One that was rented here.</param>
    public void GiveBack(ImageBatch batch)
    {
        lock (_free)
        {
            _free.Push((TBatch)batch);
        }
    }
}
