/// What every file of tensors is to its readers: a [cadj.tensor.checkpoint.Checkpoint], whose
/// elements lie there as [cadj.tensor.checkpoint.StoredElements].
///
/// May import `cadj.kernels`, `cadj.tensor` and `cadj.tensor.file`; the formats are rooms of their
/// own (`safetensors`, `torch`), and `weights` finds and opens them.
@NullMarked
package cadj.tensor.checkpoint;

import org.jspecify.annotations.NullMarked;
