/// What `cadj profile --trace` writes: a recorded run for Perfetto (ui.perfetto.dev) and
/// `chrome://tracing`.
///
/// Read [ChromeTrace] first. Imports `cadj.kernels.record`; the trace holds what was recorded, one
/// event each, and computes nothing but [DeviceLaunch].
@NullMarked
package cadj.cad.profile.chrome;

import org.jspecify.annotations.NullMarked;
