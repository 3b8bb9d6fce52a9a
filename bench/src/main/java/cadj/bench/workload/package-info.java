/// What is measured: a computation on given numbers, how much work it is, and where it occurs.
///
/// Read [Workload] first. The workloads themselves live in the rooms named like the kernels' and in
/// `cadj.bench.step`; who runs them in turns is `cadj.bench.race`.
@NullMarked
package cadj.bench.workload;

import org.jspecify.annotations.NullMarked;
