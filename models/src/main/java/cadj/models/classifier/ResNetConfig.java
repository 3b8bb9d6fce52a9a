package cadj.models.classifier;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import java.util.ArrayList;
import java.util.List;

/// The shape of a ResNet, which its checkpoint shows.
///
/// | | block | layers | widths |
/// |---|---|---|---|
/// | ResNet-18 | basic | 2, 2, 2, 2 | 64, 128, 256, 512 |
/// | ResNet-34 | basic | 3, 4, 6, 3 | same |
/// | ResNet-50 | bottleneck | 3, 4, 6, 3 | same |
///
/// @param bottleneck whether blocks are [Bottleneck]s, not [BasicBlock]s
/// @param layers blocks of each stage
/// @param widths channels of each stage, in bottlenecks those inside
/// @param stem channels of the first convolution
/// @param classes logits
public record ResNetConfig(
    boolean bottleneck, List<Integer> layers, List<Integer> widths, int stem, int classes) {
  public static final int IMAGENET_CLASSES = 1000;

  private static final int MOST_LAYERS = 256;
  private static final int MOST_CHANNELS = 1 << 16;
  private static final String STEM = "conv1.weight";
  private static final String HEAD = "fc.weight";

  public ResNetConfig {
    layers = List.copyOf(layers);
    widths = List.copyOf(widths);
  }

  /// Whether these are the keys of a ResNet in torchvision's layout.
  public static boolean isOne(Checkpoint weights) {
    return weights.contains(STEM)
        && weights.contains(first(1, 0))
        && weights.contains("bn1.running_mean")
        && weights.contains(HEAD);
  }

  /// @throws FileFormatException naming the tensor without which there is no such network
  public static ResNetConfig of(Checkpoint weights) {
    List<Integer> layers = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    for (int stage = 1; weights.contains(first(stage, 0)); stage++) {
      int count = 1;
      while (count < MOST_LAYERS && weights.contains(first(stage, count))) {
        count++;
      }
      layers.add(count);
      widths.add(outputs(weights, first(stage, 0)));
    }
    if (layers.isEmpty()) {
      throw new FileFormatException(weights.path(), first(1, 0), "this tensor", "none");
    }
    return new ResNetConfig(
        weights.contains("layer1.0.conv3.weight"),
        layers,
        widths,
        outputs(weights, STEM),
        outputs(weights, HEAD));
  }

  private static String first(int stage, int block) {
    return "layer%d.%d.conv1.weight".formatted(stage, block);
  }

  private static int outputs(Checkpoint weights, String key) {
    List<Long> dims = weights.dims(key);
    if (dims.isEmpty() || dims.getFirst() < 1 || dims.getFirst() > MOST_CHANNELS) {
      throw new FileFormatException(
          weights.path(), key, "from 1 to %d channels".formatted(MOST_CHANNELS), "shape " + dims);
    }
    return dims.getFirst().intValue();
  }
}
