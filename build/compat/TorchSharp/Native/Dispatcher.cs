using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Calls operators. Nothing is allocated but the tensors that come back.</summary>
internal static unsafe class Dispatcher
{
    private const int MaxResults = 8;

    public static Tensor Call(Operator op, Argument a)
    {
        var slots = stackalloc Slot[1] { a.Slot };
        var result = One(op, slots, 1);
        GC.KeepAlive(a.Owner);
        return result;
    }

    public static Tensor Call(Operator op, Argument a, Argument b)
    {
        var slots = stackalloc Slot[2] { a.Slot, b.Slot };
        var result = One(op, slots, 2);
        GC.KeepAlive(a.Owner);
        GC.KeepAlive(b.Owner);
        return result;
    }

    public static Tensor Call(Operator op, Argument a, Argument b, Argument c)
    {
        var slots = stackalloc Slot[3] { a.Slot, b.Slot, c.Slot };
        var result = One(op, slots, 3);
        GC.KeepAlive(a.Owner);
        GC.KeepAlive(b.Owner);
        GC.KeepAlive(c.Owner);
        return result;
    }

    public static Tensor Call(Operator op, Argument a, Argument b, Argument c, Argument d)
    {
        var slots = stackalloc Slot[4] { a.Slot, b.Slot, c.Slot, d.Slot };
        var result = One(op, slots, 4);
        GC.KeepAlive(a.Owner);
        GC.KeepAlive(b.Owner);
        GC.KeepAlive(c.Owner);
        GC.KeepAlive(d.Owner);
        return result;
    }

    public static Tensor Call(Operator op, Argument a, Argument b, Argument c, Argument d, Argument e, Argument f = default, Argument g = default, Argument h = default)
    {
        var slots = stackalloc Slot[8] { a.Slot, b.Slot, c.Slot, d.Slot, e.Slot, f.Slot, g.Slot, h.Slot };
        var result = One(op, slots, 8);
        GC.KeepAlive(a.Owner);
        GC.KeepAlive(b.Owner);
        GC.KeepAlive(c.Owner);
        GC.KeepAlive(d.Owner);
        GC.KeepAlive(e.Owner);
        GC.KeepAlive(f.Owner);
        GC.KeepAlive(g.Owner);
        GC.KeepAlive(h.Owner);
        return result;
    }

    /// <summary>An in-place operator: the tensor it wrote to is handed back as it is, without a second wrapper.</summary>
    public static Tensor InPlace(Operator op, Tensor self, Argument b = default, Argument c = default, Argument d = default, Argument e = default)
    {
        Argument a = self;
        var slots = stackalloc Slot[5] { a.Slot, b.Slot, c.Slot, d.Slot, e.Slot };
        Slot result;
        Shim.Check(Shim.shim_invoke(op.Handle, slots, 5, &result, 1));
        Shim.shim_free(result.Pointer);
        GC.KeepAlive(self);
        GC.KeepAlive(b.Owner);
        GC.KeepAlive(c.Owner);
        GC.KeepAlive(d.Owner);
        GC.KeepAlive(e.Owner);
        return self;
    }

    /// <summary>An operator with several results or none; fills results and returns their number.</summary>
    public static int CallMany(Operator op, Slot* results, Argument a, Argument b = default, Argument c = default, Argument d = default, Argument e = default)
    {
        var slots = stackalloc Slot[5] { a.Slot, b.Slot, c.Slot, d.Slot, e.Slot };
        var found = Shim.Check(Shim.shim_invoke(op.Handle, slots, 5, results, MaxResults));
        GC.KeepAlive(a.Owner);
        GC.KeepAlive(b.Owner);
        GC.KeepAlive(c.Owner);
        GC.KeepAlive(d.Owner);
        GC.KeepAlive(e.Owner);
        return found;
    }

    public static (Tensor, Tensor) CallPair(Operator op, Argument a, Argument b = default, Argument c = default, Argument d = default, Argument e = default)
    {
        var results = stackalloc Slot[MaxResults];
        CallMany(op, results, a, b, c, d, e);
        return (Wrap(results[0]), Wrap(results[1]));
    }

    public static (Tensor, Tensor, Tensor) CallTriple(Operator op, Argument a, Argument b = default, Argument c = default, Argument d = default, Argument e = default)
    {
        var results = stackalloc Slot[MaxResults];
        CallMany(op, results, a, b, c, d, e);
        return (Wrap(results[0]), Wrap(results[1]), Wrap(results[2]));
    }

    public static Tensor[] CallList(Operator op, Argument a, Argument b = default, Argument c = default)
    {
        var results = stackalloc Slot[MaxResults];
        CallMany(op, results, a, b, c);
        return WrapList(results[0]);
    }

    public static Tensor Wrap(in Slot slot) => new(slot.Pointer);

    public static Tensor[] WrapList(in Slot slot)
    {
        var list = new Tensor[slot.Length];
        for (var i = 0; i < list.Length; i++)
            list[i] = new Tensor(((nint*)slot.Pointer)[i]);
        Shim.shim_free_list(slot.Pointer);
        return list;
    }

    private static Tensor One(Operator op, Slot* slots, int count)
    {
        Slot result;
        Shim.Check(Shim.shim_invoke(op.Handle, slots, count, &result, 1));
        return new Tensor(result.Pointer);
    }
}
