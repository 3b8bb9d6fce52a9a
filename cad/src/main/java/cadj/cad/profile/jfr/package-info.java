/// What `cadj profile --jfr` writes: a recording of JDK Flight Recorder, in which this program's
/// operations, kernels and tensors stand beside what the virtual machine tells of itself (methods
/// sampled, garbage collection, compilation).
///
/// Events of Flight Recorder carry the time at which they are committed: they are made while the
/// run goes on, through [cadj.kernels.record.RecordingListener], not from its `RunProfile`. Read
/// [FlightEvents] first. Imports `cadj.kernels.record`.
@NullMarked
package cadj.cad.profile.jfr;

import org.jspecify.annotations.NullMarked;
