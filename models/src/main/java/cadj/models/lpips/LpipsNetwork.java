package cadj.models.lpips;

import static cadj.autograd.ops.Affine.shift;
import static cadj.autograd.ops.Cat.cat;
import static cadj.autograd.ops.Div.div;
import static cadj.autograd.ops.Mean.mean;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.sqrt;
import static cadj.autograd.ops.Pointwise.square;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.autograd.ops.Sub.sub;
import static cadj.autograd.ops.Sum.sum;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;

/// LPIPS with AlexNet, version 0.1, Zhang et al. 2018 (arXiv:1801.03924), eq. 1:
///
/// ```
/// x̂ = (x − shift)/scale                           per colour
/// fₗ = AlexNet's l-th ReLU output of x̂            [N,Cₗ,Hₗ,Wₗ]
/// nₗ = fₗ/√(10⁻⁸ + Σ fₗ²)                         Σ over channels
/// d(a, b) = Σₗ mean over h, w of linₗ·(nₗ(a) − nₗ(b))²
/// ```
///
/// Equals torchmetrics' `LearnedPerceptualImagePatchSimilarity(net_type="alex")` and the `lpips`
/// package's `LPIPS(net="alex")`, which divides by √(Σ fₗ²) + 10⁻¹⁰ instead: 5·10⁻¹¹ apart.
public final class LpipsNetwork {
  /// Smaller pictures leave nothing for the last pooling's window.
  private static final int SMALLEST = 31;

  private static final float EPS = 1e-8f;
  private static final float[] SHIFT = {-0.030f, -0.088f, -0.188f};
  private static final float[] SCALE = {0.458f, 0.448f, 0.450f};

  private final AlexNetFeatures net;

  /// lin₀ … lin₄ [1,Cₗ,1,1]
  private final List<Tensor> lin = new ArrayList<>();

  /// @param w the published `lin0.model.1.weight` …
  public LpipsNetwork(AlexNetFeatures net, Weights w) {
    this.net = net;
    for (int channels : AlexNetFeatures.CHANNELS) {
      lin.add(w.at("lin" + lin.size()).at("model.1").get("weight", 1, channels, 1, 1));
    }
  }

  /// Distances [N] between pictures a and b [N,3,H,W] in [−1, 1]; one of them may be a single
  /// picture [1,3,H,W] that all are compared with.
  public Tensor forward(Tensor a, Tensor b) {
    return Scope.keep("lpips", () -> sum(layers(a, b), false, 0));
  }

  /// Each layer's part of the distances: [5,N].
  Tensor layers(Tensor a, Tensor b) {
    requirePictures(a);
    requirePictures(b);
    require(
        a.dim(2) == b.dim(2)
            && a.dim(3) == b.dim(3)
            && (a.dim(0) == b.dim(0) || a.dim(0) == 1 || b.dim(0) == 1),
        "lpips: expected pictures of one size and as many of both, got %s and %s",
        a.shape(),
        b.shape());
    return Scope.keep(
        "lpips layers",
        () -> {
          List<Tensor> ofA = net.forward(standardised(a));
          List<Tensor> ofB = net.forward(standardised(b));
          List<Tensor> parts = new ArrayList<>();
          for (int l = 0; l < lin.size(); l++) {
            Tensor squares = square(sub(unit(ofA.get(l)), unit(ofB.get(l))));
            Tensor part = mean(sum(mul(lin.get(l), squares), false, 1), false, 1, 2);
            parts.add(reshape(part, 1, part.dim(0)));
          }
          return cat(0, parts.toArray(Tensor[]::new));
        });
  }

  private static void requirePictures(Tensor pictures) {
    pictures.shape().requireRank(4, "lpips pictures");
    require(
        pictures.dim(1) == 3 && pictures.dim(2) >= SMALLEST && pictures.dim(3) >= SMALLEST,
        "lpips: expected pictures [N,3,H,W] of at least %d×%d, got %s",
        SMALLEST,
        SMALLEST,
        pictures.shape());
  }

  private static Tensor standardised(Tensor pictures) {
    return div(sub(pictures, Tensor.of(SHIFT, 1, 3, 1, 1)), Tensor.of(SCALE, 1, 3, 1, 1));
  }

  /// Of length 1 at each position.
  private static Tensor unit(Tensor features) {
    return div(features, sqrt(shift(sum(square(features), true, 1), EPS)));
  }
}
