package cadj.models.preprocess;

import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;

/// Pictures in recordings, stored as bytes.
public final class Recorded {
  private Recorded() {}

  /// The picture `name` [H,W,3] of a file.
  public static RgbImage image(Checkpoint file, String name) {
    Tensor stored = file.tensor(name);
    return RgbImage.of(stored.dim(0), stored.dim(1), bytes(stored));
  }

  private static byte[] bytes(Tensor levels) {
    long[] values = levels.toLongs();
    byte[] out = new byte[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) values[i];
    }
    return out;
  }

  /// Levels [3,H,W] of a picture.
  static Tensor levels(RgbImage image) {
    long[] out = new long[3 * image.height() * image.width()];
    int i = 0;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          out[i++] = image.level(y, x, c);
        }
      }
    }
    return Tensor.of(out, 3, image.height(), image.width());
  }
}
