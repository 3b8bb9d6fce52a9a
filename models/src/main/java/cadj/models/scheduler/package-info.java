/// Samplers, from noise to latents: time steps, noise levels and steps, as diffusers' schedulers of
/// the same names have them.
///
/// Read [Scheduler], then [DdimScheduler]. A sampler is one file, with the keys of
/// `scheduler_config.json` that it reads; [Scheduler.Kind] lists them all. What Euler's samplers
/// share is in [Sigmas], what the multistep solvers share beside that in [Multistep].
@NullMarked
package cadj.models.scheduler;

import org.jspecify.annotations.NullMarked;
