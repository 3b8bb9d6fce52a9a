package cadj.cad.metrics.nudenet;

import cadj.models.preprocess.RgbImage;

/// A picture fitted to the network's square input, and the way back of boxes found there.
sealed interface Framing permits CentredFrame, CornerFrame {
  /// The input, as bytes [size,size,3].
  RgbImage input();

  /// A box of the network, by its middle and sizes, in the picture's pixels.
  Box box(float x, float y, float width, float height);
}
