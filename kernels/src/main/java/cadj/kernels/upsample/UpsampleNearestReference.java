package cadj.kernels.upsample;

import cadj.kernels.device.Buffer;

/// The definition of [UpsampleNearestKernel].
final class UpsampleNearestReference implements UpsampleNearestKernel {
  @Override
  public void forward(Buffer y, Buffer x, int n, int c, int h, int w, int ho, int wo) {
    for (int i = 0; i < n * ho * wo * c; i++) {
      y.set(i, x.get(source(i, c, h, w, ho, wo)));
    }
  }

  @Override
  public void backward(Buffer dx, Buffer dy, int n, int c, int h, int w, int ho, int wo) {
    double[] sums = new double[n * h * w * c];
    for (int i = 0; i < n * ho * wo * c; i++) {
      sums[source(i, c, h, w, ho, wo)] += dy.get(i);
    }
    for (int i = 0; i < sums.length; i++) {
      dx.set(i, sums[i]);
    }
  }

  /// The element of x that element `i` of y copies.
  private static int source(int i, int c, int h, int w, int ho, int wo) {
    int pixel = i / c;
    int row = pixel / wo % ho * h / ho;
    int column = pixel % wo * w / wo;
    return ((pixel / (ho * wo) * h + row) * w + column) * c + i % c;
  }
}
