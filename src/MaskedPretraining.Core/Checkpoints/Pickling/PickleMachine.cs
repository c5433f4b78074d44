using System.Text;
using static MaskedPretraining.Core.Checkpoints.Pickling.PickleOpcode;

namespace MaskedPretraining.Core.Checkpoints.Pickling;

/// <summary>Reads pickles, Python's instructions for rebuilding objects, without executing anything: calls go to <see cref="IPickleObjects"/>, which knows a short list of names.</summary>
/// <remarks>
/// Values: null, <see cref="bool"/>, <see cref="long"/>, <see cref="System.Numerics.BigInteger"/>, <see cref="double"/>, <see cref="string"/>, <c>object?[]</c> for tuples, <see cref="PickleList"/>,
/// <see cref="PickleMap"/>, <see cref="PickleGlobal"/>, <see cref="PickleStub"/>, and what the objects make. Nesting costs no stack, and the number of instructions is bounded, so that neither a
/// million-deep list nor one that doubles itself again and again does harm.
/// </remarks>
internal sealed class PickleMachine(PickleInput input, IPickleObjects objects)
{
    /// <summary>Far more instructions than a checkpoint of 100,000 tensors has.</summary>
    public const int MaximumSteps = 4_000_000;

    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _steps;

    /// <summary>Reads one pickle.</summary>
    /// <exception cref="FormatException">It is cut off, damaged or too large; the message says where.</exception>
    public object? Load()
    {
        _stack.Clear();
        _marks.Clear();
        _memo.Clear();
        try
        {
            while (true)
            {
                if (++_steps > MaximumSteps)
                {
                    throw new FormatException($"it has more than {MaximumSteps} instructions");
                }

                var opcode = (PickleOpcode)input.Byte();
                if (opcode == Stop)
                {
                    return Pop();
                }

                Execute(opcode);
            }
        }
        catch (FormatException exception)
        {
            throw new FormatException($"its table of contents (a pickle) is damaged or not of a state dictionary, at byte {input.Position}: {exception.Message}", exception);
        }
    }

    private void Execute(PickleOpcode opcode)
    {
        if (!PushValue(opcode) && !Fill(opcode) && !Call(opcode))
        {
            throw new FormatException($"instruction 0x{(byte)opcode:x2} is not known");
        }
    }

    private bool PushValue(PickleOpcode opcode)
    {
        object? value;
        switch (opcode)
        {
            case None: value = null; break;
            case NewTrue: value = true; break;
            case NewFalse: value = false; break;
            case BinInt: value = (long)input.Int32(); break;
            case BinInt1: value = (long)input.Byte(); break;
            case BinInt2: value = (long)input.UInt16(); break;
            case Long1: value = input.Integer(input.Byte()); break;
            case Long4: value = input.Integer(input.Int32()); break;
            case BinFloat: value = input.BigEndianDouble(); break;
            case BinUnicode: value = input.Text((uint)input.Int32(), Encoding.UTF8); break;
            case ShortBinUnicode: value = input.Text(input.Byte(), Encoding.UTF8); break;
            case BinUnicode8: value = input.Text(input.Int64(), Encoding.UTF8); break;
            // Python 2 wrote text as bytes.
            case BinString: value = input.Text((uint)input.Int32(), Encoding.Latin1); break;
            case ShortBinString: value = input.Text(input.Byte(), Encoding.Latin1); break;
            case BinBytes: value = Skipped((uint)input.Int32()); break;
            case ShortBinBytes: value = Skipped(input.Byte()); break;
            case BinBytes8 or ByteArray8: value = Skipped(input.Int64()); break;
            case EmptyTuple: value = Array.Empty<object?>(); break;
            case EmptyList: value = new PickleList(); break;
            case EmptyDict: value = new PickleMap(); break;
            case EmptySet: value = new PickleStub("set"); break;
            case Dup: value = Peek(); break;
            case BinGet: value = Recall(input.Byte()); break;
            case LongBinGet: value = Recall((uint)input.Int32()); break;
            case Global: value = new PickleGlobal(input.Line(), input.Line()); break;
            default: return false;
        }

        _stack.Add(value);
        return true;
    }

    private bool Fill(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case Proto: input.Byte(); break;
            case Frame: input.Int64(); break;
            case Mark: _marks.Add(_stack.Count); break;
            case PickleOpcode.Pop: Pop(); break;
            case PopMark: PopToMark(); break;
            case BinPut: _memo[input.Byte()] = Peek(); break;
            case LongBinPut: _memo[(uint)input.Int32()] = Peek(); break;
            case Memoize: _memo[_memo.Count] = Peek(); break;
            case Append: Extend([Pop()]); break;
            case Appends or AddItems: Extend(PopToMark()); break;
            case SetItem: SetItems([.. Pop(2)]); break;
            case PickleOpcode.SetItems: SetItems(PopToMark()); break;
            case Tuple1: _stack.Add(Pop(1)); break;
            case Tuple2: _stack.Add(Pop(2)); break;
            case Tuple3: _stack.Add(Pop(3)); break;
            case PickleOpcode.Tuple: _stack.Add(PopToMark()); break;
            case PickleOpcode.List: ReplaceBy(new PickleList(), Extend); break;
            case Dict: ReplaceBy(new PickleMap(), SetItems); break;
            case FrozenSet: ReplaceBy(new PickleStub("frozenset"), Extend); break;
            default: return false;
        }

        return true;
    }

    private bool Call(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case StackGlobal:
                _stack.Add(Pop(2) is [string module, string name] ? new PickleGlobal(module, name) : throw new FormatException("the name of a class is not text"));
                break;
            case Reduce or NewObj:
                var call = Pop(2);
                _stack.Add(Construct(call[0], call[1]));
                break;
            case NewObjEx:
                var callWithNames = Pop(3);
                _stack.Add(Construct(callWithNames[0], callWithNames[1]));
                break;
            case Build:
                // The state of an object: a dictionary's extra attributes, a stub's contents. Nothing reads them.
                Pop();
                Peek();
                break;
            case BinPersId:
                _stack.Add(objects.Persistent(Pop()));
                break;
            default:
                return false;
        }

        return true;
    }

    private object? Construct(object? callable, object? arguments) => (callable, arguments) switch
    {
        (PickleGlobal name, object?[] tuple) => objects.Construct(name, tuple),
        (PickleStub stub, object?[]) => stub,
        _ => throw new FormatException("a call has no callable or no tuple of arguments"),
    };

    private PickleStub Skipped(long bytes)
    {
        input.Skip(bytes);
        return new PickleStub("bytes");
    }

    private void ReplaceBy(object container, Action<object?[]> fill)
    {
        object?[] items = PopToMark();
        _stack.Add(container);
        fill(items);
    }

    private void Extend(object?[] items)
    {
        if (Peek() is PickleList list)
        {
            Array.ForEach(items, list.Add);
        }
        else if (Peek() is not PickleStub)
        {
            throw new FormatException("something is appended to what is no list");
        }
    }

    private void SetItems(object?[] items)
    {
        if (items.Length % 2 != 0 || Peek() is not (PickleMap or PickleStub))
        {
            throw new FormatException("a key has no value or no dictionary");
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            (Peek() as PickleMap)?.Set(items[i], items[i + 1]);
        }
    }

    private object? Recall(long index) => _memo.TryGetValue(index, out object? value) ? value : throw new FormatException($"object {index} is used before it is made");

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw new FormatException("a value is missing");

    private object? Pop() => Pop(1)[0];

    private object?[] Pop(int count)
    {
        if (_stack.Count - count < Floor)
        {
            throw new FormatException("a value is missing");
        }

        return Cut(_stack.Count - count);
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw new FormatException("the start of a list is missing");
        }

        int mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return Cut(mark);
    }

    private object?[] Cut(int first)
    {
        var items = new object?[_stack.Count - first];
        _stack.CopyTo(first, items, 0, items.Length);
        _stack.RemoveRange(first, items.Length);
        return items;
    }

    // Values below the last mark belong to whoever set it.
    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];
}
