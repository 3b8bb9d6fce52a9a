package cadj.bench.roofline;

import cadj.bench.workload.Workload;

/// What the machine can do at this moment with all threads, measured: Williams, Waterman and
/// Patterson 2009, "Roofline".
///
/// @param flops multiplications and additions per second, in registers
/// @param read bytes per second, one array read
/// @param triad bytes per second, a = b + s·c on arrays (writing counts once)
public record Roofline(double flops, double read, double triad) {
  /// Seconds that `workload` takes at the least, or NaN, if its work was not counted. Memory is
  /// taken to be as fast as in the triad.
  public double bound(Workload workload) {
    double seconds = Math.max(workload.flop() / flops, workload.bytes() / triad);
    return seconds > 0 ? seconds : Double.NaN;
  }
}
