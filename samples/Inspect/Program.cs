// Says what is in a checkpoint: its tensors, the family of vision transformers that it belongs to, and what is missing or left over if it does not quite.
using System.CommandLine;
using Inspect;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Checkpoints.Encoders;
using MaskedPretraining.Core.Validation;

var file = new Argument<FileInfo>("FILE") { Description = "A safetensors file, a file of torch.save (.pth, .pt, .bin), or the index of several." };
var heads = new Option<int?>("--heads") { Description = "Attention heads of a block, if they are not 64 wide." };
var prefix = new Option<string?>("--prefix") { Description = "What the names of the encoder's tensors begin with, for example student/module.backbone." };
var ignore = new Option<string[]>("--ignore") { Description = "Beginnings of names behind the prefix that are no part of the encoder.", AllowMultipleArgumentsPerToken = true };

var root = new RootCommand("Lists a checkpoint's tensors and says which encoder can be loaded from it. Nothing in the file is executed.") { file, heads, prefix, ignore };
root.SetAction(parsed =>
{
    try
    {
        using var checkpoint = Checkpoint.Open(parsed.GetRequiredValue(file).FullName);
        var options = new EncoderLoadOptions { Heads = parsed.GetValue(heads), Prefix = parsed.GetValue(prefix), Ignore = parsed.GetValue(ignore) ?? [] };
        return new Report(checkpoint, EncoderReader.Recognize(checkpoint, options)).Print(Console.Out) ? 0 : 2;
    }
    catch (Exception exception) when (exception is IOException or CheckpointFormatException or InvalidOptionsException)
    {
        Console.Error.WriteLine(exception.Message);
        return 1;
    }
});
return root.Parse(args).Invoke();
