/// Values: a [Tensor] is memory, a shape and a layout. No gradients here, so loaders and kernel
/// tests need no tape.
///
/// Read [Tensor] first, then `shape` (index arithmetic), `memory` (who frees what) and
/// `safetensors` (files; `file` and `json` serve it). May import `cadj.kernels`; operations with
/// derivatives belong to `cadj.autograd`.
@NullMarked
package cadj.tensor;

import org.jspecify.annotations.NullMarked;
