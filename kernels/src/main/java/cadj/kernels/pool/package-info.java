/// Average and max pooling, channels last.
///
/// Read [Pool2dKernel] first: the contract. [Pool2dReference] defines it, [Pool2dVector] is fast,
/// [Pool2dCuda] runs `pool.ptx` on a GPU. May import `cadj.kernels.device` and `vectormath`; shapes
/// and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.pool;

import org.jspecify.annotations.NullMarked;
