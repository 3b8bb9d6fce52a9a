/// The denoising network as pipeline, attribution, edits and commands see it, whatever its
/// architecture: parameters, inputs, output.
///
/// Read [Denoiser], then [Conditioning]. Architectures live in rooms of their own (`unet`, `sd3`),
/// and only `cadj.models.files`, which loads them, names their classes. May import `scheduler` for
/// the prediction type.
@NullMarked
package cadj.models.denoiser;

import org.jspecify.annotations.NullMarked;
