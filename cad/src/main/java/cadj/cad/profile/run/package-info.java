/// What a recorded run shows: where time, memory and work went, by phase, module, operation and
/// kernel.
///
/// Each table is a function of a [cadj.kernels.record.RunProfile]. Read [RunIndex] first, which
/// says what a slice's own time is and which module it belongs to; then [OperationTable],
/// [ModuleTimes], [PhaseTree], [MemoryReport]; [RunText] prints them. Imports
/// `cadj.kernels.record`, `cadj.kernels.roofline` and `cadj.cad.profile`; no model comes into it.
@NullMarked
package cadj.cad.profile.run;

import org.jspecify.annotations.NullMarked;
