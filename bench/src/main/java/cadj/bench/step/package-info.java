/// Whole steps: what a user waits for, at the size of Stable Diffusion 1.4 with random weights, and
/// with the embedded model.
///
/// Read [StableDiffusion] first.
@NullMarked
package cadj.bench.step;

import org.jspecify.annotations.NullMarked;
