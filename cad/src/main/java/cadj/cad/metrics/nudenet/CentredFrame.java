package cadj.cad.metrics.nudenet;

import cadj.models.preprocess.RgbImage;

/// The picture in the middle of the input, as NudeNet 3.0 places it.
///
/// The longer side becomes `size`, the shorter one gets half the padding, rounded down, on both
/// sides; where that leaves one pixel the whole is stretched. Boxes are scaled by the ratio of the
/// diagonals, rounded (halves to even), and not clipped.
///
/// @param input as bytes [size,size,3]
record CentredFrame(RgbImage input, int padLeft, int padTop, double resizeFactor) {
  static CentredFrame of(RgbImage picture, int size) {
    double aspect = (double) picture.width() / picture.height();
    boolean high = picture.height() > picture.width();
    int width = high ? (int) Math.rint(size * aspect) : size;
    int height = high ? size : (int) Math.rint(size / aspect);
    int left = (size - width) / 2;
    int top = (size - height) / 2;
    RgbImage padded =
        new Padding(top, top, left, left).of(BilinearResize.resize(picture, height, width));
    double factor =
        Math.sqrt(
            (square(picture.width()) + square(picture.height()))
                / (square(width) + square(height)));
    return new CentredFrame(BilinearResize.resize(padded, size, size), left, top, factor);
  }

  private static double square(double x) {
    return x * x;
  }

  /// A box of the network, by its middle and sizes, in the picture's pixels.
  Box box(float x, float y, float width, float height) {
    return new Box(
        scaled(x - width * 0.5f - padLeft),
        scaled(y - height * 0.5f - padTop),
        scaled(width),
        scaled(height));
  }

  private double scaled(float length) {
    return Math.rint(length * (float) resizeFactor);
  }
}
