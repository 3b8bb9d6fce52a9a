/// Shapes, strides and broadcasting: index arithmetic, no memory. Read [Shape] first.
@NullMarked
package cadj.tensor.shape;

import org.jspecify.annotations.NullMarked;
