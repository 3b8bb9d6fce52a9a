/// The denoiser, in the forms of Stable Diffusion 1, 2 and XL.
///
/// Read [UNet2DConditionModel] first, then [Transformer2DModel]. Convolutional blocks are in
/// `cadj.models.blocks`.
@NullMarked
package cadj.models.unet;

import org.jspecify.annotations.NullMarked;
