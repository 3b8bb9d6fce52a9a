package cadj.cad.metrics.nudenet;

import cadj.models.preprocess.RgbImage;

/// The picture at the top left of the input, as NudeNet 3.4 places it.
///
/// It is padded to a square first, then resized. Boxes are scaled, clipped to the picture, and cut
/// to integers at the very end.
record CornerFrame(RgbImage input, int pictureWidth, int pictureHeight) implements Framing {
  static CornerFrame of(RgbImage picture, int size) {
    int side = Math.max(picture.width(), picture.height());
    RgbImage square =
        new Padding(0, side - picture.height(), 0, side - picture.width()).of(picture);
    return new CornerFrame(
        BilinearResize.resize(square, size, size), picture.width(), picture.height());
  }

  @Override
  public Box box(float x, float y, float width, float height) {
    float left = Math.clamp(scaled(x - width / 2), 0, pictureWidth);
    float top = Math.clamp(scaled(y - height / 2), 0, pictureHeight);
    return new Box(
        left,
        top,
        Math.min(scaled(width), pictureWidth - left),
        Math.min(scaled(height), pictureHeight - top));
  }

  private float scaled(float length) {
    return length * Math.max(pictureWidth, pictureHeight) / input.width();
  }
}
