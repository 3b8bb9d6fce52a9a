/// The machine's own limits, measured beside what is measured.
///
/// Read [Roofline] first. Imports `device`.
@NullMarked
package cadj.kernels.roofline;

import org.jspecify.annotations.NullMarked;
