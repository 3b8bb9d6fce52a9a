/// Times the attention of [cadj.kernels.attention] on shapes of Stable Diffusion 1.4.
///
/// One benchmark, its shapes named for where they occur. What several rooms share lies in
/// [cadj.bench].
@NullMarked
package cadj.bench.attention;

import org.jspecify.annotations.NullMarked;
