/// EJML, matrices in pure Java.
///
/// Read [Ejml] first. Compiled by the Maven profile `peers` only.
@NullMarked
package cadj.bench.peer.ejml;

import org.jspecify.annotations.NullMarked;
