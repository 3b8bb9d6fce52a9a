/// How fast: twins of the kernels, whole steps, other libraries, and the machine's own limits.
///
/// [Bench] is `cadj bench`; it prints a table of [Measurements], all that can be measured. The room
/// `cadj.bench.X` holds workloads on `cadj.kernels.X`, with shapes named for where they occur.
///
/// **Turns, not JMH, for comparisons.** The speed of a shared or virtual machine drifts by a factor
/// of two within minutes. JMH measures one benchmark after the other, each in its own process, so a
/// ratio of two of its scores is mostly a ratio of two moments. Here all contenders live in one
/// process (but for Python) and take turns, ours, peer, peer, ours, peer, peer, …, with the
/// roofline measured anew in each round; the table has medians of the rounds' ratios. What this
/// gives up is JMH's fresh processes: a compilation that went badly stays so for the whole run.
/// Results are compared before anything is timed.
///
/// **JMH for one kernel alone**, to see what a change to it does, with forks and profilers: `java
/// -jar bench/target/benchmarks.jar GemmBenchmark -p layer=PROJECTION_64 -p transposes=NT`.
///
/// Sees every module and is seen by none. What a kernel needs to be right is tested beside the
/// kernel, not here.
@NullMarked
package cadj.bench;

import org.jspecify.annotations.NullMarked;
