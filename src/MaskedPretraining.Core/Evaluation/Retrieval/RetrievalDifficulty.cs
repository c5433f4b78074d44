namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>The protocols of the revisited Oxford and Paris sets (Radenovic et al. 2018): which images a query should find, and which count neither way.</summary>
public enum RetrievalDifficulty
{
    /// <summary>Easy images are relevant, hard ones and junk are ignored.</summary>
    Easy,

    /// <summary>Easy and hard images are relevant, junk is ignored.</summary>
    Medium,

    /// <summary>Hard images are relevant, easy ones and junk are ignored.</summary>
    Hard,
}
