/// The networks of text-to-image diffusion, from scratch, under the names of `diffusers` and
/// `transformers`.
///
/// `tokenizer` and `clip` turn a prompt into vectors, a `denoiser` (`unet`, `sd3`) predicts noise,
/// `scheduler` takes steps with it, `vae` turns latents into pictures and back, `pipeline` puts
/// them together from a model `folder`; `classifier` judges pictures. Read `pipeline.TextToImage`
/// first. May import `cadj.autograd` and what is left of it; attribution and edits belong to
/// `cadj.cad`.
@NullMarked
package cadj.models;

import org.jspecify.annotations.NullMarked;
