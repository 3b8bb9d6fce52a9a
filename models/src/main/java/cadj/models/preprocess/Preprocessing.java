package cadj.models.preprocess;

import static cadj.autograd.ops.Cat.cat;
import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// What happens to pictures before a network sees them.
public interface Preprocessing {
  /// Pictures that a network sees at a time.
  int BATCH = 8;

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

  /// What `network` gives of pictures [N,3,H,W] in [−1, 1]: [n,d] of n of them → [N,d]. It sees a
  /// few at a time, so that memory does not grow with their number.
  default Tensor forward(Tensor pictures, UnaryOperator<Tensor> network) {
    pictures.shape().requireRank(4, "pictures");
    int n = pictures.dim(0);
    require(n > 0, "preprocessing: expected at least one picture, got none");
    return Scope.keep(
        "pictures",
        () -> {
          List<Tensor> rows = new ArrayList<>();
          for (int from = 0; from < n; from += BATCH) {
            Tensor some = pictures.slice(0, from, Math.min(from + BATCH, n));
            rows.add(Scope.keep("batch", () -> network.apply(of(some))));
          }
          return cat(0, rows.toArray(Tensor[]::new));
        });
  }
}
