/// The machine's own limits, measured beside what is measured: the processor's and a GPU's.
///
/// Read [Roofline] first, then [RooflineProbe], which `cadj profile` asks once after a run and
/// `cadj bench` in every round. Imports `device`.
@NullMarked
package cadj.kernels.roofline;

import org.jspecify.annotations.NullMarked;
