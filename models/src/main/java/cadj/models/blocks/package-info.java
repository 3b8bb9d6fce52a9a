/// Blocks that several architectures have: convolutional ones, and embeddings of time steps. Read
/// [ResnetBlock2D] first.
@NullMarked
package cadj.models.blocks;

import org.jspecify.annotations.NullMarked;
