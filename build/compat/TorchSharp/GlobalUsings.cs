global using static TorchSharp.Dispatcher;
