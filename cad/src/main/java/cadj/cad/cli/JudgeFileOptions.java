package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.cad.judge.FashionJudge;
import cadj.cad.judge.Judge;
import cadj.cad.judge.Judges;
import cadj.cad.judge.LabelFile;
import cadj.models.files.ModelFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Who says what pictures show.
final class JudgeFileOptions {
  @Option(
      names = "--judge",
      paramLabel = "FILE|DIR",
      description =
          "Who says what pictures show: a ResNet in torchvision's layout (.pth or safetensors), a"
              + " CLIP model's folder, or an embedded model's classifier (default: the model's own"
              + " classifier, if it has one).")
  private @Nullable Path judge;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Names that the judge tells apart: a line for each of a ResNet's classes, or for each"
              + " that CLIP chooses from (default: Imagenette's ten).")
  private @Nullable Path labels;

  /// Refuses what makes no sense.
  void requireSensible() {
    require(labels == null || judge != null, "--labels: only with --judge");
  }

  /// Whether --judge names one.
  boolean namesJudge() {
    return judge != null;
  }

  /// The judge that was asked for, else the model's own, if it has one.
  @Nullable Judge judge(ModelFiles model) {
    requireSensible();
    if (judge != null) {
      return Judges.open(judge, labels == null ? null : LabelFile.read(labels));
    }
    return model.has("classifier") ? new FashionJudge(model.classifier()) : null;
  }

  /// Files by option, with hashes of their content.
  SequencedMap<String, String> identity() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    InstrumentOptions.put(out, "judge", judge);
    InstrumentOptions.put(out, "labels", labels);
    return out;
  }
}
