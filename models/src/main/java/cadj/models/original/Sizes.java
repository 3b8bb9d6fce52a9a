package cadj.models.original;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import java.util.List;

/// Reading sizes off tensors' shapes.
final class Sizes {
  private static final long LARGEST = 1 << 20;

  /// Channels of an attention head, but for Stable Diffusion 1's denoiser, which has 8 heads
  /// whatever the channels.
  private static final int HEAD = 64;

  private Sizes() {}

  /// Size `axis` of a tensor.
  static int of(Checkpoint weights, String key, int axis) {
    List<Long> dims = weights.dims(key);
    if (dims.size() <= axis || dims.get(axis) < 1 || dims.get(axis) > LARGEST) {
      throw new FileFormatException(
          weights.path(),
          key,
          "a size from 1 to %d in dimension %d".formatted(LARGEST, axis),
          "shape " + dims);
    }
    return dims.get(axis).intValue();
  }

  /// Attention heads of a layer as wide as size `axis` of a tensor.
  static int heads(Checkpoint weights, String key, int axis) {
    int channels = of(weights, key, axis);
    if (channels % HEAD != 0) {
      throw unpublished(
          weights, key, "a multiple of %d, the width of a head".formatted(HEAD), channels);
    }
    return channels / HEAD;
  }

  /// The error of a model whose other settings nobody knows.
  static FileFormatException unpublished(
      Checkpoint weights, String key, String expected, int found) {
    return new FileFormatException(
        weights.path(),
        key,
        expected + ", in a published model (describe another with --config DIR)",
        String.valueOf(found));
  }
}
