package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.evaluate.Instruments;
import cadj.cad.judge.FashionJudge;
import cadj.cad.judge.Judge;
import cadj.cad.judge.Judges;
import cadj.cad.judge.LabelFile;
import cadj.cad.metrics.ClassifierFeatures;
import cadj.cad.metrics.ClipScore;
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
import picocli.CommandLine.Option;

/// What pictures are measured with: files that a user has, or the networks in a model's folder.
final class InstrumentOptions {
  @Option(
      names = "--judge",
      paramLabel = "FILE|DIR",
      description =
          "Who says what pictures show: a ResNet of torchvision's, a CLIP model's folder, or an"
              + " embedded model's classifier (default: the model's own).")
  private @Nullable Path judge;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Names that the judge tells apart: a line for each of a ResNet's classes, or for each"
              + " that CLIP chooses from (default: Imagenette's ten).")
  private @Nullable Path labels;

  @Option(
      names = "--clip",
      paramLabel = "DIR",
      description = "The CLIP model of clip_score (default: the model's own).")
  private @Nullable Path clip;

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
    require(labels == null || judge != null, "--labels: only with --judge");
    return new Instruments(
        judge(judge, labels, model),
        clip(model),
        features(model),
        lpips == null
            ? null
            : new Lpips(LpipsFiles.load(lpips.get(0), lpips.get(1)), Lpips.Size.SHORTER_SIDE_64),
        nudeNet == null ? null : NudeNet.open(nudeNet, NudeNet.Release.V3_0),
        identity());
  }

  /// Files by option, with hashes of their content.
  private SequencedMap<String, String> identity() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    put(out, "judge", judge);
    put(out, "labels", labels);
    put(out, "clip", clip);
    put(out, "inception", inception);
    put(out, "nudenet", nudeNet);
    if (lpips != null) {
      put(out, "lpips", lpips.get(0));
      put(out, "lpips_lin", lpips.get(1));
    }
    return out;
  }

  private static void put(Map<String, String> out, String name, @Nullable Path path) {
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

  /// The judge in those files, else the model's own classifier, if it has one.
  static @Nullable Judge judge(@Nullable Path judge, @Nullable Path labels, ModelFiles model) {
    if (judge != null) {
      return Judges.open(judge, labels == null ? null : LabelFile.read(labels));
    }
    return model.has("classifier") ? new FashionJudge(model.classifier()) : null;
  }

  private @Nullable ClipScore clip(ModelFiles model) {
    Path folder = clip;
    if (folder == null && model.has("clip")) {
      folder = model.path().resolve("clip");
    }
    return folder == null ? null : new ClipScore(NetworkFiles.clip(folder));
  }

  private @Nullable Features features(ModelFiles model) {
    if (inception != null) {
      return new InceptionFeatures(NetworkFiles.inception(inception));
    }
    return model.has("classifier") ? new ClassifierFeatures(model.classifier()) : null;
  }
}
