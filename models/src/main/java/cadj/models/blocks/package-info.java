/// Convolutional blocks that the UNet and the VAE share. Read [ResnetBlock2D] first.
@NullMarked
package cadj.models.blocks;

import org.jspecify.annotations.NullMarked;
