package cadj.cad.cli;

import cadj.cad.judge.Judge;
import cadj.cad.metrics.ClipScore;
import cadj.models.files.ModelFiles;
import cadj.models.files.NetworkFiles;
import java.nio.file.Path;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Who says what pictures show, and how well they fit a text.
final class JudgeOptions {
  @Mixin private JudgeFileOptions files;

  @Option(
      names = "--clip",
      paramLabel = "DIR",
      description = "The CLIP model of clip_score (default: the model's own).")
  private @Nullable Path clip;

  /// The judge that was asked for, else the model's own, if it has one.
  @Nullable Judge judge(ModelFiles model) {
    return files.judge(model);
  }

  /// Whether --judge names one.
  boolean namesJudge() {
    return files.namesJudge();
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
    SequencedMap<String, String> out = files.identity();
    InstrumentOptions.put(out, "clip", clip);
    return out;
  }
}
