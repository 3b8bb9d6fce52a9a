/// From noise to latents: the noise schedule and the two samplers that Stable Diffusion ships with.
///
/// Read [NoiseSchedule], then [DdimScheduler]. Names are diffusers'.
@NullMarked
package cadj.models.scheduler;

import org.jspecify.annotations.NullMarked;
