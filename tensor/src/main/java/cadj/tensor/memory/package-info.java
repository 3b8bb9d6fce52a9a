/// Who owns memory: [Scope] frees what its block made, [BufferPool] keeps it for the next block, in
/// [Slab]s.
///
/// Values that lie in a file and are read as they are used pass through a [BufferCache].
///
/// Read [Scope] first. Imports kernels' buffers, and `kernels.record`, which both tell what they
/// do; tensors are built on it.
@NullMarked
package cadj.tensor.memory;

import org.jspecify.annotations.NullMarked;
