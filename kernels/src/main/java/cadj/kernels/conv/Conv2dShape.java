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
}
