package cadj.kernels.pool;

/// Sizes of one pooling, square windows: kernel, stride, padding on every side.
public record Pool2dShape(int n, int c, int h, int w, int kernel, int stride, int padding) {
  public int ho() {
    return (h + 2 * padding - kernel) / stride + 1;
  }

  public int wo() {
    return (w + 2 * padding - kernel) / stride + 1;
  }

  /// Elements of x.
  int inputs() {
    return n * h * w * c;
  }

  /// Elements of y.
  int outputs() {
    return n * ho() * wo() * c;
  }
}
