/// Twins of the kernels that measure them: the package `cadj.bench.X` times `cadj.kernels.X`.
///
/// Sees every module and is seen by none. What a benchmark needs to be right is tested beside the
/// kernel, not here.
@NullMarked
package cadj.bench;

import org.jspecify.annotations.NullMarked;
