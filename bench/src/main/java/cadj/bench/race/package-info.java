/// Taking turns: ours, each peer, ours, each peer, …, and what comes out of it.
///
/// Read [Race] first.
@NullMarked
package cadj.bench.race;

import org.jspecify.annotations.NullMarked;
