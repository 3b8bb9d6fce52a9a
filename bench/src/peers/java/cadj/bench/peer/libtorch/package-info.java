/// libtorch, PyTorch's library, called by DJL.
///
/// Read [LibTorch] first. Compiled by the Maven profile `peers` only.
@NullMarked
package cadj.bench.peer.libtorch;

import org.jspecify.annotations.NullMarked;
