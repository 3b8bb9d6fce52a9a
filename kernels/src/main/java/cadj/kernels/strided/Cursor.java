package cadj.kernels.strided;

/// The outer loops of a [LoopNest], one run of the innermost loop after another: it advances by
/// additions, where [LoopNest#start] divides.
final class Cursor {
  private final LoopNest nest;
  private final int[] index;
  private final int[] at;

  /// At the start of run `outer` of the innermost loop.
  Cursor(LoopNest nest, int outer) {
    this.nest = nest;
    this.index = new int[nest.rank() - 1];
    int rest = outer;
    for (int d = index.length - 1; d >= 0; d--) {
      index[d] = rest % nest.size(d);
      rest /= nest.size(d);
    }
    this.at = new int[nest.operands()];
    for (int o = 0; o < at.length; o++) {
      at[o] = nest.start(o, outer);
    }
  }

  /// Where the operands stand; changes with [#advance].
  int[] at() {
    return at;
  }

  /// To the next run; after the last comes the first.
  void advance() {
    for (int d = index.length - 1; d >= 0; d--) {
      index[d]++;
      boolean more = index[d] < nest.size(d);
      int steps = more ? 1 : 1 - nest.size(d);
      for (int o = 0; o < at.length; o++) {
        at[o] += steps * nest.stride(o, d);
      }
      if (more) {
        return;
      }
      index[d] = 0;
    }
  }
}
