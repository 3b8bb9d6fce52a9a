/// Values: a [Tensor] is memory, a shape and a layout. No gradients here, so loaders and kernel
/// tests need no tape.
///
/// Read [Tensor] first, then `shape` (index arithmetic), `memory` (who frees what) and `checkpoint`
/// (tensors in files: `safetensors` is a format, `weights` opens them, `file` and `json` serve
/// them). May import `cadj.kernels`; operations with derivatives belong to `cadj.autograd`.
@NullMarked
package cadj.tensor;

import org.jspecify.annotations.NullMarked;
