package cadj.models.preprocess;

/// The interpolation kernels that the published preprocessing uses, under Pillow's names.
public enum Filter {
  /// 1 − |x|
  BILINEAR(1) {
    @Override
    double weight(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  },
  /// Keys 1981 with a = −½: third-order, negative beyond the nearest neighbours.
  BICUBIC(2) {
    @Override
    double weight(double x) {
      double a = -0.5;
      double d = Math.abs(x);
      if (d < 1) {
        return ((a + 2) * d - (a + 3)) * d * d + 1;
      }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    }
  };

  private final double support;

  Filter(double support) {
    this.support = support;
  }

  /// The kernel's value `x` samples away from its centre.
  abstract double weight(double x);

  /// How far it reaches to either side, in samples.
  double support() {
    return support;
  }
}
