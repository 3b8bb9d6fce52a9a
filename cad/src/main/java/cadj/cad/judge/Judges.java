package cadj.cad.judge;

import cadj.cad.picture.PictureFolder;
import cadj.models.classifier.PublishedResNets;
import cadj.models.classifier.ResNet;
import cadj.models.classifier.ResNetConfig;
import cadj.models.files.NetworkFiles;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.weights.WeightFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Opens judges, told by what the files hold:
///
/// - a ResNet in torchvision's layout, `.pth` or safetensors: [ImageNetJudge];
/// - a CLIP model's folder as transformers has it: [ClipJudge];
/// - the `classifier/` of an embedded model, or that model's folder: [FashionJudge].
public final class Judges {
  private static final String CONFIG = "config.json";
  private static final String CLASSIFIER = "classifier";
  private static final String EXPECTED =
      "a judge: a ResNet in torchvision's layout, a CLIP model's folder, or the classifier/ of an"
          + " embedded model";

  private Judges() {}

  /// @param path a file or a folder
  /// @param labels names of classes for a ResNet, names to tell apart for CLIP; null for
  ///   Imagenette's ten
  /// @throws FileFormatException of one line, if it is none of these, or damaged
  /// @throws IllegalArgumentException if the labels do not fit the network
  public static Judge open(Path path, @Nullable Labels labels) {
    return Files.isDirectory(path) ? folder(path, labels) : resNet(path, labels);
  }

  private static Judge folder(Path path, @Nullable Labels labels) {
    if (Files.exists(path.resolve(CLASSIFIER).resolve(CONFIG))) {
      return folder(path.resolve(CLASSIFIER), labels);
    }
    if (!Files.exists(path.resolve(CONFIG))) {
      throw new FileFormatException(path, "", EXPECTED, "a folder without " + CONFIG);
    }
    JsonObject config = JsonFile.read(path.resolve(CONFIG));
    if (config.stringOr("_class_name", "").equals("ResNetClassifier")) {
      if (labels != null) {
        throw new FileFormatException(
            path, "", "a judge that wants labels", "a classifier that has its own");
      }
      return new FashionJudge(NetworkFiles.classifier(path));
    }
    if (config.has("text_config") && config.has("vision_config")) {
      return new ClipJudge(NetworkFiles.clip(path), orImagenette(labels).known());
    }
    throw new FileFormatException(
        path, "", EXPECTED, "a model of type " + config.stringOr("model_type", "unknown"));
  }

  private static Judge resNet(Path file, @Nullable Labels labels) {
    if (Files.isRegularFile(file) && PictureFolder.isPicture(file)) {
      throw new FileFormatException(file, "", EXPECTED, "a picture");
    }
    try (Checkpoint weights = WeightFiles.open(file)) {
      if (!ResNetConfig.isOne(weights)) {
        String first = weights.names().iterator().next();
        throw new FileFormatException(
            file, "", EXPECTED, "tensors such as " + FileFormatException.quote(first));
      }
    }
    ResNet network = NetworkFiles.resNet(file);
    int classes = network.config().classes();
    if (labels == null && classes != ResNetConfig.IMAGENET_CLASSES) {
      throw new FileFormatException(
          file,
          "",
          "labels for the %d classes of this network, or one of ImageNet's %d classes"
              .formatted(classes, ResNetConfig.IMAGENET_CLASSES),
          "none");
    }
    return new ImageNetJudge(
        network, PublishedResNets.preprocessing(file, network.config()), orImagenette(labels));
  }

  private static Labels orImagenette(@Nullable Labels labels) {
    return labels == null ? Labels.IMAGENETTE : labels;
  }
}
