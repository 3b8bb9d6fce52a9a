/// What the benchmarks need on a GPU: contenders timed by the device's own clock.
///
/// Read [OnGpu] first. The workloads are those of the CPU, with their numbers on the device.
@NullMarked
package cadj.bench.gpu;

import org.jspecify.annotations.NullMarked;
