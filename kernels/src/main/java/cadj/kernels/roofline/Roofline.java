package cadj.kernels.roofline;

/// What a device can do at this moment, a processor with all threads, measured: Williams, Waterman
/// and Patterson 2009, "Roofline".
///
/// @param flops multiplications and additions per second, in registers
/// @param read bytes per second, one array read
/// @param triad bytes per second, a = b + s·c on arrays (writing counts once)
public record Roofline(double flops, double read, double triad) {
  /// Seconds that so many multiplications and additions on so many bytes take at the least, or NaN,
  /// if neither was counted. Memory is taken to be as fast as in the triad.
  public double bound(double flop, double bytes) {
    double seconds = Math.max(flop / flops, bytes / triad);
    return seconds > 0 ? seconds : Double.NaN;
  }
}
