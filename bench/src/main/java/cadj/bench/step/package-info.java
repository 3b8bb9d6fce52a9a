/// Whole steps: what a user waits for, at the sizes of Stable Diffusion 1.4 and 3.5 with random
/// weights, and with the embedded model.
///
/// Read [SizedModel] first.
@NullMarked
package cadj.bench.step;

import org.jspecify.annotations.NullMarked;
