package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.evaluate.Instruments;
import cadj.cad.metrics.ClassifierFeatures;
import cadj.cad.metrics.Features;
import cadj.cad.metrics.InceptionFeatures;
import cadj.cad.metrics.Lpips;
import cadj.cad.metrics.nudenet.NudeNet;
import cadj.models.files.LpipsFiles;
import cadj.models.files.ModelFiles;
import cadj.models.files.NetworkFiles;
import cadj.tensor.file.FileFailure;
import cadj.tensor.file.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What pictures are measured with: files that a user has, or the networks in a model's folder.
final class InstrumentOptions {
  @Mixin private JudgeOptions judging;

  @Option(
      names = "--inception",
      paramLabel = "FILE",
      description =
          "pytorch-fid's Inception for fid and kid (default: the features of the model's own"
              + " classifier, whose figures compare with no others).")
  private @Nullable Path inception;

  @Option(
      names = "--lpips",
      split = ",",
      paramLabel = "ALEXNET,LIN",
      description = "torchvision's alexnet-owt-7be5be79.pth and the lpips package's v0.1/alex.pth.")
  private @Nullable List<Path> lpips;

  @Option(
      names = "--nudenet",
      paramLabel = "FILE",
      description = "NudeNet's 320n.onnx or 640m.onnx.")
  private @Nullable Path nudeNet;

  /// Opens them.
  Instruments open(ModelFiles model) {
    require(
        lpips == null || lpips.size() == 2,
        "--lpips: expected two files with a comma between, AlexNet's and the linear layers'");
    return new Instruments(
        judging.judge(model),
        judging.clip(model),
        features(model),
        lpips == null
            ? null
            : new Lpips(LpipsFiles.load(lpips.get(0), lpips.get(1)), Lpips.Size.SHORTER_SIDE_64),
        nudeNet == null ? null : NudeNet.open(nudeNet),
        identity());
  }

  /// Files by option, with hashes of their content.
  private SequencedMap<String, String> identity() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.putAll(judging.identity());
    put(out, "inception", inception);
    put(out, "nudenet", nudeNet);
    if (lpips != null) {
      put(out, "lpips", lpips.get(0));
      put(out, "lpips_lin", lpips.get(1));
    }
    return out;
  }

  /// Adds a file's name and the hash of its content, or a folder's.
  static void put(Map<String, String> out, String name, @Nullable Path path) {
    if (path == null) {
      return;
    }
    Sha256 hash = new Sha256();
    try (Stream<Path> files = Files.walk(path)) {
      files.filter(Files::isRegularFile).sorted().forEach(hash::add);
    } catch (IOException e) {
      throw FileFailure.of(path, "cannot be read", e);
    }
    out.put(name, hash.hex());
  }

  private @Nullable Features features(ModelFiles model) {
    if (inception != null) {
      return new InceptionFeatures(NetworkFiles.inception(inception));
    }
    return model.has("classifier") ? new ClassifierFeatures(model.classifier()) : null;
  }
}
