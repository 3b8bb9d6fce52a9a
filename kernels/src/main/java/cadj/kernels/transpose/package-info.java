/// Transposes of matrices of floats, for whoever packs or copies them.
///
/// Read [Transpose], all there is. Imports nothing of cadj. Copies of tensors with any strides
/// belong to `cadj.kernels.copy`.
@NullMarked
package cadj.kernels.transpose;

import org.jspecify.annotations.NullMarked;
