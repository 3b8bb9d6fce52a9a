/// The denoiser of Stable Diffusion 3 and 3.5: a transformer in which patches of the image and the
/// text attend to each other.
///
/// Read [SD3Transformer2DModel] first, then [JointTransformerBlock].
@NullMarked
package cadj.models.sd3;

import org.jspecify.annotations.NullMarked;
