package cadj.models.scheduler;

/// Evenly spaced numbers with both ends, rounded as the reference rounds them.
final class Linspace {
  private Linspace() {}

  /// `torch.linspace`: counted from both ends towards the middle, each value rounded once.
  static float[] of(float start, float end, int count) {
    float step = (end - start) / (count - 1);
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      out[i] = i < count / 2 ? Math.fma(step, i, start) : Math.fma(-step, count - 1 - i, end);
    }
    return out;
  }

  /// `numpy.linspace`; one number alone is `start`.
  static double[] of(double start, double end, int count) {
    double step = (end - start) / (count - 1);
    double[] out = new double[count];
    for (int i = 0; i < count; i++) {
      out[i] = i == 0 ? start : i * step + start;
    }
    return out;
  }
}
