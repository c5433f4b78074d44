namespace MaskedPretraining.Core.Masking;

/// <summary>A masking strategy whose patch weights come from attention maps of the encoder being trained, unless a run is given others.</summary>
public interface IAttentionGuidedMasking : IMaskingStrategy
{
    /// <summary>When maps guide the masks and when they are made.</summary>
    AttentionRefreshSchedule Schedule { get; }
}
