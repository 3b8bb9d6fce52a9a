package cadj.models.classifier;

import static cadj.autograd.ops.Mean.mean;
import static cadj.autograd.ops.Pointwise.relu;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.nn.BatchNorm2d;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A ResNet with a 3×3 stem that tells objects and styles: image [N,3,S,S] in [−1, 1] → logits
/// [N,objects+styles].
public final class ResNetClassifier {
  private final List<String> objects;
  private final List<String> styles;
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final List<ResidualBlock> blocks = new ArrayList<>();
  private final Linear fc;

  /// @param config `config.json`: widths and blocks per stage, names of objects and styles
  public ResNetClassifier(Weights w, JsonObject config) {
    objects = config.list("objects").strings();
    styles = config.list("styles").strings();
    int[] widths = config.intList("widths");
    int[] layers = config.intList("layers");
    if (widths.length == 0 || widths.length != layers.length) {
      throw config.error("layers", "one number per width", layers.length + " of them");
    }
    if (Arrays.stream(widths).anyMatch(width -> width < 1 || width > 1 << 16)
        || Arrays.stream(layers).anyMatch(count -> count < 1 || count > 256)) {
      throw config.error("widths", "positive sizes", Arrays.toString(widths));
    }
    conv1 = new Conv2d(w.at("conv1"), 3, widths[0], 3, Window.same(1), false);
    bn1 = new BatchNorm2d(w.at("bn1"), widths[0]);
    int in = widths[0];
    for (int stage = 0; stage < widths.length; stage++) {
      Weights weights = w.at("layer" + (stage + 1));
      blocks.addAll(
          ResidualBlock.stage(weights, false, layers[stage], in, widths[stage], stage > 0 ? 2 : 1));
      in = widths[stage];
    }
    fc = new Linear(w.at("fc"), in, objects.size() + styles.size());
  }

  /// Names of the first logits.
  public List<String> objects() {
    return objects;
  }

  /// Names of the logits after the objects'.
  public List<String> styles() {
    return styles;
  }

  public Tensor forward(Tensor images) {
    return Scope.keep("classifier", () -> fc.forward(features(images)));
  }

  /// What the logits are linear in: the last stage's channels, each its mean over all pixels
  /// [N,widths].
  public Tensor features(Tensor images) {
    images.shape().requireRank(4, "classifier images");
    require(images.dim(1) == 3, "classifier: expected 3 channels (dim 1), got %s", images.shape());
    return Scope.keep(
        "classifier features",
        () -> {
          Tensor h = relu(bn1.forward(conv1.forward(images)));
          for (ResidualBlock block : blocks) {
            h = block.forward(h);
          }
          return mean(h, false, 2, 3);
        });
  }
}
