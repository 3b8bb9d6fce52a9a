/// OpenBLAS, called by JavaCPP.
///
/// Read [OpenBlas] first. Compiled by the Maven profile `peers` only.
@NullMarked
package cadj.bench.peer.openblas;

import org.jspecify.annotations.NullMarked;
