package cadj.kernels.score;

/// Sizes of a linear layer y = x·Wᵀ and of what went through it: x [rows,in], y [rows,out], W
/// [out,in].
public record ScoreShape(int rows, int out, int in) {
  /// Elements of W.
  int weights() {
    return Math.multiplyExact(out, in);
  }
}
