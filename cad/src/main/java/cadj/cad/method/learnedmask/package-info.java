/// CAD-Erase with a set of weights that is learned through the denoiser, against what must stay.
///
/// Read [LearnedMask] first, then [TrajectoryPool] (where the denoiser is asked) and
/// [StraightThroughMask] (how a binary mask follows gradients). Masks found without the denoiser's
/// gradients are in `textmask`.
@NullMarked
package cadj.cad.method.learnedmask;

import org.jspecify.annotations.NullMarked;
