/// From prompts to pictures. Read [TextToImage] first; parts and their loading are in the sibling
/// rooms.
@NullMarked
package cadj.models.pipeline;

import org.jspecify.annotations.NullMarked;
