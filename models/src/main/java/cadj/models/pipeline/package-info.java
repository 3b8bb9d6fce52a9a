/// Text-to-image generation: encode prompts, denoise, decode. Read [TextToImage] first; the parts
/// and their loading are in the sibling rooms.
@NullMarked
package cadj.models.pipeline;

import org.jspecify.annotations.NullMarked;
