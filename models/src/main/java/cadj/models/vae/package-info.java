/// Pictures to latents and back. Read [AutoencoderKL] first; convolutional blocks are in
/// `cadj.models.blocks`.
@NullMarked
package cadj.models.vae;

import org.jspecify.annotations.NullMarked;
