package cadj.models.preprocess;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/// What happens to pictures before a network sees them.
public interface Preprocessing {
  /// One picture as the network wants it: values [3,height,width], of the same size whatever the
  /// picture's.
  float[] values(RgbImage image);

  int height();

  int width();

  /// Pictures of any sizes → [N,3,height,width].
  default Tensor of(List<RgbImage> images) {
    require(!images.isEmpty(), "preprocessing: expected at least one picture, got none");
    int each = RgbImage.CHANNELS * height() * width();
    float[] all = new float[images.size() * each];
    for (int n = 0; n < images.size(); n++) {
      System.arraycopy(values(images.get(n)), 0, all, n * each, each);
    }
    return Tensor.of(all, images.size(), RgbImage.CHANNELS, height(), width());
  }

  /// Pictures [N,3,H,W] in [−1, 1], which are made 8-bit ones first: a picture is judged as it will
  /// be stored.
  default Tensor of(Tensor pictures) {
    return of(IntStream.range(0, pictures.dim(0)).mapToObj(n -> RgbImage.of(pictures, n)).toList());
  }
}
