using MaskedPretraining.Golden;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: golden DIR   runs every golden case under DIR");
    return 2;
}

return new GoldenRunner(Console.Out).Run(args[0]) ? 0 : 1;
