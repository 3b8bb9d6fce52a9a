package cadj.models.files;

import cadj.models.lpips.AlexNetFeatures;
import cadj.models.lpips.LpipsNetwork;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.weights.WeightFiles;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/// The two files of LPIPS, as they are published.
public final class LpipsFiles {
  /// AlexNet's layers that tell the classes of ImageNet, of which LPIPS makes no use.
  private static final String CLASSIFIER = "classifier.";

  private LpipsFiles() {}

  /// Reads the network.
  ///
  /// @param alexnet torchvision's `alexnet-owt-7be5be79.pth`, with or without its classifier
  /// @param lin the `lpips` package's `weights/v0.1/alex.pth`
  public static LpipsNetwork load(Path alexnet, Path lin) {
    AlexNetFeatures net =
        CheckpointWeights.load(
            SomeTensors.of(WeightFiles.open(alexnet), LpipsFiles::features),
            WeightMemory.resident(),
            AlexNetFeatures::new);
    return CheckpointWeights.load(
        WeightFiles.open(lin), WeightMemory.resident(), w -> new LpipsNetwork(net, w));
  }

  private static SequencedSet<String> features(Checkpoint alexnet) {
    SequencedSet<String> names = new LinkedHashSet<>(alexnet.names());
    names.removeIf(name -> name.startsWith(CLASSIFIER));
    return names;
  }
}
