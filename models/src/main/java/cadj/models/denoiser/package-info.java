/// What pipeline, objectives, edits and commands know of a denoiser, whatever its architecture.
///
/// Read [Denoiser], then [Conditioning]. Architectures live in rooms of their own (`unet`), and
/// only `cadj.models.folder`, which loads them, names their classes. May import `scheduler` for
/// what a prediction means.
@NullMarked
package cadj.models.denoiser;

import org.jspecify.annotations.NullMarked;
