package cadj.models.lpips;

import static cadj.autograd.ops.MaxPool2d.maxPool2d;
import static cadj.autograd.ops.Pointwise.relu;

import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The convolutions of AlexNet as torchvision has it, Krizhevsky 2014 (arXiv:1404.5997): x
/// [N,3,H,W] → the five outputs of ReLU.
///
/// ```
/// 64 channels [H/4], pool, 192 [H/8], pool, 384, 256, 256 [H/16]
/// ```
public final class AlexNetFeatures {
  /// Channels of the outputs.
  static final List<Integer> CHANNELS = List.of(64, 192, 384, 256, 256);

  private final Conv2d conv1;
  private final Conv2d conv2;
  private final Conv2d conv3;
  private final Conv2d conv4;
  private final Conv2d conv5;

  /// @param all torchvision's: `features.0.weight` …
  public AlexNetFeatures(Weights all) {
    Weights w = all.at("features");
    conv1 = new Conv2d(w.at("0"), 3, 64, 11, Window.of(4, 2));
    conv2 = new Conv2d(w.at("3"), 64, 192, 5, Window.same(2));
    conv3 = new Conv2d(w.at("6"), 192, 384, 3, Window.same(1));
    conv4 = new Conv2d(w.at("8"), 384, 256, 3, Window.same(1));
    conv5 = new Conv2d(w.at("10"), 256, 256, 3, Window.same(1));
  }

  List<Tensor> forward(Tensor x) {
    List<Tensor> out = new ArrayList<>();
    out.add(relu(conv1.forward(x)));
    out.add(relu(conv2.forward(maxPool2d(out.get(0), 3, 2, 0))));
    out.add(relu(conv3.forward(maxPool2d(out.get(1), 3, 2, 0))));
    out.add(relu(conv4.forward(out.get(2))));
    out.add(relu(conv5.forward(out.get(3))));
    return out;
  }
}
