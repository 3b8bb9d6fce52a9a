package cadj.models.denoiser;

import cadj.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The sinusoidal embeddings of the numbers that a denoiser is given, on the host: what diffusers'
/// modules `time_proj` and `add_time_proj` compute, before any layer with weights.
///
/// @param timesteps [N,dim]
/// @param timeIds of XL's six sizes [N·6,dim], else null
public record ProjectedNumbers(Tensor timesteps, @Nullable Tensor timeIds) {}
