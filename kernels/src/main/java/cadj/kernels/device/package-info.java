/// Memory and machines: where numbers lie ([Buffer]) and what works on them ([Device]).
///
/// The leaf of the whole system: imports only `record`, which it tells what it does. Read [Buffer]
/// first, then [Cpu]. Kernels live in the sibling rooms, shapes and views in `cadj.tensor`.
@NullMarked
package cadj.kernels.device;

import org.jspecify.annotations.NullMarked;
