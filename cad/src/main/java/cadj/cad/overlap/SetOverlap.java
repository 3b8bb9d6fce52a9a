package cadj.cad.overlap;

import java.util.BitSet;

/// How far two sets of weights are the same.
///
/// @param n weights that there are
/// @param a in the first set
/// @param b in the second
/// @param both in both
public record SetOverlap(long n, long a, long b, long both) {
  static SetOverlap of(int n, BitSet a, BitSet b) {
    BitSet both = (BitSet) a.clone();
    both.and(b);
    return new SetOverlap(n, a.cardinality(), b.cardinality(), both.cardinality());
  }

  SetOverlap plus(SetOverlap other) {
    return new SetOverlap(n + other.n, a + other.a, b + other.b, both + other.both);
  }

  /// |A∩B| / |A∪B|; NaN of two empty sets.
  public double jaccard() {
    return (double) both / (a + b - both);
  }

  /// The same for two random sets of these sizes, which have a·b/n weights in common on average.
  public double chance() {
    double expected = (double) a * b / n;
    return expected / (a + b - expected);
  }
}
