package cadj.kernels.conv;

/// Sizes of one convolution.
public record Conv2dShape(
    int n,
    int ci,
    int h,
    int w,
    int co,
    int kh,
    int kw,
    int strideH,
    int strideW,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight,
    int groups) {
  public int ho() {
    return (h + padTop + padBottom - kh) / strideH + 1;
  }

  public int wo() {
    return (w + padLeft + padRight - kw) / strideW + 1;
  }

  /// Such as `[2,320,64,64] by [320,320,3,3]`.
  public String sizes() {
    return "[%d,%d,%d,%d] by [%d,%d,%d,%d]".formatted(n, ci, h, w, co, ci / groups, kh, kw);
  }
}
