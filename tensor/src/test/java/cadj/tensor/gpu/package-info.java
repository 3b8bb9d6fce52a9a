/// What tests on a GPU share.
@NullMarked
package cadj.tensor.gpu;

import org.jspecify.annotations.NullMarked;
