/// The machine's own limits, measured beside everything else.
///
/// Read [Roofline] first.
@NullMarked
package cadj.bench.roofline;

import org.jspecify.annotations.NullMarked;
