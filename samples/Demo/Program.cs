// The main job in one program: pre-train encoders, ask a linear probe and k-NN what their features are worth, save the last as an ML.NET model, use it without this library, draw pictures.
using System.CommandLine;
using Demo;
using Spectre.Console;

var images = new Option<DirectoryInfo?>("--images") { Description = "Photos to train on, a sub-folder a class if there are classes. Default: generated scenes." };
var validation = new Option<DirectoryInfo?>("--validation") { Description = "Photos to test on, the same sub-folders. Default: a fifth of the photos." };
var scenes = new Option<int>("--scenes") { Description = "Generated scenes to train on; a quarter as many test. Default: 4000.", DefaultValueFactory = _ => 4000 };
var imageSize = new Option<int?>("--image-size") { Description = "Side of the encoder's image in pixels. Default: 32 for scenes, 96 for photos." };
var patchSize = new Option<int?>("--patch-size") { Description = "Side of a patch in pixels. Default: 4 for scenes, 12 for photos." };
var epochs = new Option<int?>("--epochs") { Description = "Epochs of pre-training. Default: what fits into a few minutes on two cores." };
var output = new Option<DirectoryInfo>("--output") { Description = "Where model, pictures and page go.", DefaultValueFactory = _ => new DirectoryInfo("demo-output") };

var root = new RootCommand("Pre-trains a vision transformer three ways, probes it, saves it, loads it elsewhere.") { images, validation, scenes, imageSize, patchSize, epochs, output };
root.SetAction(parsed =>
{
    if (Console.IsOutputRedirected)
    {
        // A log is wider than the 80 columns that a missing console is taken to have.
        AnsiConsole.Profile.Width = 160;
    }

    var settings = DemoSettings.Create(
        parsed.GetValue(images), parsed.GetValue(validation), parsed.GetValue(scenes), parsed.GetValue(imageSize), parsed.GetValue(patchSize), parsed.GetValue(epochs), parsed.GetRequiredValue(output));
    try
    {
        return new DemoRun(settings).Run();
    }
    catch (Exception exception) when (exception is IOException or InvalidDataException or ArgumentException)
    {
        AnsiConsole.MarkupLineInterpolated($"[red]{exception.Message}[/]");
        return 1;
    }
});
return root.Parse(args).Invoke();
