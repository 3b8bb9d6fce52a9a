/// Times the convolution of [cadj.kernels.conv] on shapes of Stable Diffusion 1.4.
///
/// One benchmark, its shapes named for where they occur. What several rooms share lies in
/// [cadj.bench].
@NullMarked
package cadj.bench.conv;

import org.jspecify.annotations.NullMarked;
