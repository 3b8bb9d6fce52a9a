/// Who takes part: this program and other libraries.
///
/// Read [Contender] first. The libraries themselves are in `bench/src/peers`, which only the Maven
/// profile `peers` compiles; [Peer#installed] finds them.
@NullMarked
package cadj.bench.peer;

import org.jspecify.annotations.NullMarked;
