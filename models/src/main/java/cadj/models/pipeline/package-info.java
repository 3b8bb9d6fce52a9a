/// Text-to-image generation: encode prompts, denoise, decode. Read [TextToImage] first, and [Start]
/// for pictures that are not drawn from pure noise; the parts and their loading are in the sibling
/// rooms.
@NullMarked
package cadj.models.pipeline;

import org.jspecify.annotations.NullMarked;
