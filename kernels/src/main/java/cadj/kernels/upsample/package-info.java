/// Nearest-neighbour resizing of images, channels last.
///
/// Read [UpsampleNearestKernel] first: the contract. [UpsampleNearestReference] defines it,
/// [UpsampleNearestVector] is fast, [UpsampleNearestCuda] launches `upsample.ptx`. May import
/// `cadj.kernels.device`; shapes and views belong to `cadj.tensor`.
@NullMarked
package cadj.kernels.upsample;

import org.jspecify.annotations.NullMarked;
