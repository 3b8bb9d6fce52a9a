/// CLIP, Radford et al. 2021 (arXiv:2103.00020): the text encoders of Stable Diffusion, and the
/// image encoder that puts pictures in the same space.
///
/// Read [ClipTextModel] first. The tokenizer is in `cadj.models.tokenizer`.
@NullMarked
package cadj.models.clip;

import org.jspecify.annotations.NullMarked;
