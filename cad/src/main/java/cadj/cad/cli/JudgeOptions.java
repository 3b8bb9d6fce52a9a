package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.judge.FashionJudge;
import cadj.cad.judge.Judge;
import cadj.cad.judge.Judges;
import cadj.cad.judge.LabelFile;
import cadj.cad.metrics.ClipScore;
import cadj.models.files.ModelFiles;
import cadj.models.files.NetworkFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Who says what pictures show, and how well they fit a text.
final class JudgeOptions {
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

  /// The judge that was asked for, else the model's own, if it has one.
  @Nullable Judge judge(ModelFiles model) {
    require(labels == null || judge != null, "--labels: only with --judge");
    return judge(judge, labels, model);
  }

  /// The judge in those files, else the model's own classifier, if it has one.
  static @Nullable Judge judge(@Nullable Path judge, @Nullable Path labels, ModelFiles model) {
    if (judge != null) {
      return Judges.open(judge, labels == null ? null : LabelFile.read(labels));
    }
    return model.has("classifier") ? new FashionJudge(model.classifier()) : null;
  }

  /// Whether --judge names one.
  boolean namesJudge() {
    return judge != null;
  }

  /// The CLIP model that was asked for, else the model's own, if it has one.
  @Nullable ClipScore clip(ModelFiles model) {
    Path folder = clip;
    if (folder == null && model.has("clip")) {
      folder = model.path().resolve("clip");
    }
    return folder == null ? null : new ClipScore(NetworkFiles.clip(folder));
  }

  /// Files by option, with hashes of their content.
  SequencedMap<String, String> identity() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    InstrumentOptions.put(out, "judge", judge);
    InstrumentOptions.put(out, "labels", labels);
    InstrumentOptions.put(out, "clip", clip);
    return out;
  }
}
