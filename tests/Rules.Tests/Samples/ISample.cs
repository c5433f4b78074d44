namespace MaskedPretraining.Rules.Samples;

public interface ISample<in T>
{
    bool TryGet(T key, out string? value);
}
