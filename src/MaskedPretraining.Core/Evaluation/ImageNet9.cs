namespace MaskedPretraining.Core.Evaluation;

/// <summary>
/// ImageNet-9 (Xiao et al., Noise or Signal, ICLR 2021): nine broad classes, each the ImageNet classes under one node of WordNet. 370 of the thousand classes belong to one of them;
/// a classifier of all thousand is right if the class that it names belongs to the photo's, and wrong if it belongs to none.
/// </summary>
public static class ImageNet9
{
    /// <summary>Class numbers of ImageNet (the synsets in sorted order, from 0) of each of the nine, first and last of each run.</summary>
    private static readonly (int First, int Last)[][] Runs =
    [
        [(151, 170), (173, 268)],
        [(7, 24), (87, 100), (127, 146)],
        [
            (407, 408), (428, 428), (436, 436), (444, 444), (468, 468), (511, 511), (547, 547), (555, 555), (561, 561), (565, 565), (569, 569), (573, 573), (586, 586), (603, 603),
            (609, 609), (612, 612), (627, 627), (656, 656), (661, 661), (665, 665), (670, 671), (675, 675), (690, 690), (705, 705), (717, 717), (734, 734), (751, 751), (757, 757),
            (791, 791), (802, 803), (817, 817), (820, 820), (829, 829), (847, 847), (864, 864), (866, 867), (870, 870), (880, 880),
        ],
        [(33, 68)],
        [(269, 280), (286, 299), (356, 362), (387, 388)],
        [(300, 326)],
        [
            (401, 402), (420, 420), (432, 432), (486, 486), (494, 494), (513, 513), (541, 541), (546, 546), (558, 558), (566, 566), (577, 577), (579, 579), (593, 594), (641, 642),
            (683, 684), (687, 687), (699, 699), (776, 776), (822, 822), (875, 875), (881, 881), (889, 889),
        ],
        [(365, 384)],
        [(0, 6), (389, 397)],
    ];

    /// <summary>Number of ImageNet's classes.</summary>
    public const int ImageNetClasses = 1000;

    /// <summary>Names of the nine classes as their folders are called, in the order of their numbers.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["00_dog", "01_bird", "02_wheeled vehicle", "03_reptile", "04_carnivore", "05_insect", "06_musical instrument", "07_primate", "08_fish"];

    /// <summary>For each class of ImageNet, in the sorted order of the synsets, the number of its class of the nine; -1 for those that belong to none.</summary>
    public static IReadOnlyList<int> ClassMap { get; } = MakeMap();

    /// <summary>From the names of ImageNet's classes to those of the nine, for <c>EvaluateBackgrounds</c>; classes that belong to none are left out.</summary>
    /// <param name="imageNetNames">What the classifier calls the thousand classes, in the sorted order of their synsets.</param>
    /// <exception cref="ArgumentException">There are not a thousand names, or one occurs twice.</exception>
    public static IReadOnlyDictionary<string, string> NamesOf(IReadOnlyList<string> imageNetNames)
    {
        ArgumentNullException.ThrowIfNull(imageNetNames);
        if (imageNetNames.Distinct(StringComparer.Ordinal).Count() != ImageNetClasses || imageNetNames.Count != ImageNetClasses)
        {
            throw new ArgumentException($"{ImageNetClasses} different names are needed, those of all classes of ImageNet in the sorted order of their synsets, but there are {imageNetNames.Count}.", nameof(imageNetNames));
        }

        return Enumerable.Range(0, ImageNetClasses).Where(number => ClassMap[number] >= 0).ToDictionary(number => imageNetNames[number], number => ClassNames[ClassMap[number]], StringComparer.Ordinal);
    }

    private static int[] MakeMap()
    {
        int[] map = new int[ImageNetClasses];
        Array.Fill(map, -1);
        foreach (var (number, runs) in Runs.Index())
        {
            foreach ((int first, int last) in runs)
            {
                map.AsSpan(first..(last + 1)).Fill(number);
            }
        }

        return map;
    }
}
