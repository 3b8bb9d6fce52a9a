package cadj.models.preprocess;

/// Which samples of a line a resized line is made of, and how much of each, as Pillow has it.
///
/// Where a line gets shorter, the kernel is stretched over all samples that fall together
/// (antialias). Weights are made to add up to 1 in double precision, then rounded, halves away from
/// zero, to integers of [#BITS] binary places.
///
/// @param first of the samples of each output
/// @param weights of each output, from its first sample on
record FilterWeights(int[] first, int[][] weights) {
  /// A level of 8 bits times a weight leaves two bits for sums and sign.
  static final int BITS = 32 - 8 - 2;

  static FilterWeights of(Filter filter, int in, int out) {
    double scale = (double) in / out;
    double stretch = Math.max(1, scale);
    double support = filter.support() * stretch;
    int[] first = new int[out];
    int[][] weights = new int[out][];
    for (int i = 0; i < out; i++) {
      double center = (i + 0.5) * scale;
      int from = Math.max(0, (int) (center - support + 0.5));
      int to = Math.min(in, (int) (center + support + 0.5));
      double[] exact = new double[to - from];
      double sum = 0;
      for (int k = 0; k < exact.length; k++) {
        exact[k] = filter.weight((from + k - center + 0.5) * (1 / stretch));
        sum += exact[k];
      }
      first[i] = from;
      weights[i] = new int[exact.length];
      for (int k = 0; k < exact.length; k++) {
        double weight = (sum == 0 ? exact[k] : exact[k] / sum) * (1 << BITS);
        weights[i][k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
    }
    return new FilterWeights(first, weights);
  }
}
