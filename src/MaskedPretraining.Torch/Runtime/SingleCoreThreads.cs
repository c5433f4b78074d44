using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Runtime;

/// <summary>
/// Threads on which a tensor operation is not shared out again, for work that is shared out already. They live as long as this object: libtorch's number of threads belongs partly to a thread and partly to
/// the process, so it may only change while none of them computes; were one to put it back when it is done, products of the others would split up differently, and not even the same way each time.
/// </summary>
internal sealed class SingleCoreThreads : IDisposable
{
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _starts;
    private readonly ExceptionDispatchInfo?[] _failures;
    private readonly CountdownEvent _running;
    private Action<int>? _work;

    public SingleCoreThreads(int count)
    {
        _running = new CountdownEvent(count);
        _failures = new ExceptionDispatchInfo?[count];
        _starts = [.. Enumerable.Range(0, count).Select(_ => new SemaphoreSlim(0))];
        _threads = [.. Enumerable.Range(0, count).Select(number => new Thread(() => Loop(number)) { IsBackground = true, Name = $"training {number}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Does a piece of work on each thread and waits for all.</summary>
    /// <param name="work">Takes the number of its thread.</param>
    public void Run(Action<int> work)
    {
        int threads = get_num_threads();
        set_num_threads(1);
        try
        {
            _work = work;
            _running.Reset();
            Array.ForEach(_starts, start => start.Release());
            _running.Wait();
        }
        finally
        {
            set_num_threads(threads);
        }

        // Of several failures the first thread's is told, whichever was faster.
        var failure = Array.Find(_failures, found => found is not null);
        Array.Clear(_failures);
        failure?.Throw();
    }

    /// <summary>Shares items out: each thread its own, in parts of equal size, give or take one. Which go together depends on the number of threads alone.</summary>
    /// <param name="count">Items.</param>
    /// <param name="atATime">The most in a part.</param>
    /// <param name="work">Takes the number of its thread, the first item and how many.</param>
    /// <param name="mostParts">The most parts of a thread, whatever their size.</param>
    public void Run(int count, int atATime, Action<int, int, int> work, int mostParts = int.MaxValue) => Run(thread =>
    {
        int start = count * thread / _threads.Length, end = count * (thread + 1) / _threads.Length;
        int parts = PartsOf(end - start, atATime, mostParts);
        for (int part = 0; part < parts; part++)
        {
            int first = start + ((end - start) * part / parts);
            work(thread, first, start + ((end - start) * (part + 1) / parts) - first);
        }
    });

    /// <summary>Parts of equal size, give or take one, that a thread divides its items into.</summary>
    public static int PartsOf(int count, int atATime, int mostParts) => Math.Min((count + atATime - 1) / atATime, mostParts);

    public void Dispose()
    {
        _work = null;
        Array.ForEach(_starts, start => start.Release());
        Array.ForEach(_threads, thread => thread.Join());
        Array.ForEach(_starts, start => start.Dispose());
        _running.Dispose();
    }

    private void Loop(int number)
    {
        bool isSet = false;
        while (true)
        {
            _starts[number].Wait();
            if (_work is not { } work)
            {
                return;
            }

            try
            {
                if (!isSet)
                {
                    set_num_threads(1);
                    isSet = true;
                }

                work(number);
            }
            catch (Exception exception)
            {
                // An exception on a thread of our own would end the process; the caller throws it instead.
                _failures[number] = ExceptionDispatchInfo.Capture(exception);
            }

            _running.Signal();
        }
    }
}
