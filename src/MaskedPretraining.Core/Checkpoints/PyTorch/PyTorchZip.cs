using System.Text;
using MaskedPretraining.Core.Checkpoints.Pickling;

namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>The zip form of torch.save: under one folder <c>data.pkl</c>, the table of contents, and <c>data/KEY</c>, the storages.</summary>
internal sealed class PyTorchZip : IPyTorchContainer
{
    private const string ContentsName = "/data.pkl";
    private readonly Stream _stream;
    private readonly ZipDirectory _directory;
    private readonly string _folder;

    public PyTorchZip(Stream stream)
    {
        (_stream, _directory) = (stream, new ZipDirectory(stream));
        ZipEntry[] contents = [.. _directory.Entries.Where(entry => entry.Name.EndsWith(ContentsName, StringComparison.Ordinal)).Take(2)];
        if (contents.Length != 1)
        {
            throw new FormatException($"it is a zip archive with {(contents.Length == 0 ? "no" : "several")} data.pkl, so it was not written by torch.save");
        }

        _folder = contents[0].Name[..^ContentsName.Length];
        if (_directory.Find($"{_folder}/constants.pkl") is not null)
        {
            throw new FormatException("it is a compiled program (TorchScript), not a state dictionary; save model.state_dict() with torch.save");
        }

        RequireLittleEndian();
        var range = _directory.Locate(contents[0]);
        _stream.Position = range.Position;
        Root = new PickleMachine(new PickleInput(_stream, range.Length), new PyTorchObjects()).Load();
    }

    public object? Root { get; }

    public ByteRange? Find(string key) => _directory.Find($"{_folder}/data/{key}") is { } entry ? _directory.Locate(entry) : null;

    private void RequireLittleEndian()
    {
        const int LongestName = 16;
        if (_directory.Find($"{_folder}/byteorder") is not { } entry)
        {
            return;
        }

        var range = _directory.Locate(entry);
        var name = new byte[Math.Min(range.Length, LongestName)];
        _stream.Position = range.Position;
        _stream.ReadExactly(name);
        string order = Encoding.UTF8.GetString(name);
        if (order != "little")
        {
            throw new FormatException($"its numbers are stored in byte order '{order}', and only 'little' is read; save it again on a little-endian machine");
        }
    }
}
