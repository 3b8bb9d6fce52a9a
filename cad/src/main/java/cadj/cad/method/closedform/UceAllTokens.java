package cadj.cad.method.closedform;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.TargetPrompt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.DoubleStream;
import org.ejml.data.DMatrixRMaj;

/// [Uce] on all S text embeddings of each prompt rather than the last token's only, place by place:
/// what follows a concept's name carries it too, padding included. Targets and preserved prompts
/// count by their means, whatever their numbers:
///
/// ```
/// mean_erase ‖W M x − W y‖² + preserveScale·mean_keep ‖W M x − W x‖² + lamb·‖W M − W‖²
/// y = g − η·(x − g), g what is drawn instead
/// ```
///
/// @param preserveScale weight of the preserved prompts beside the targets
/// @param lamb how far weights hold on to what they were, above 0
/// @param eta how far beyond what is drawn instead the targets go ([Pushed])
public record UceAllTokens(double preserveScale, double lamb, double eta) implements EditMethod {
  /// What did best in trials on the embedded model.
  public static final UceAllTokens RECOMMENDED = new UceAllTokens(1, 0.1, 0.5);

  public UceAllTokens {
    require(lamb > 0, "uce-all-tokens: lamb: expected a number above 0, got %s", lamb);
    require(
        preserveScale >= 0,
        "uce-all-tokens: preserve_scale: expected at least 0, got %s",
        preserveScale);
  }

  @Override
  public String name() {
    return "uce-all-tokens";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("preserve_scale", Double.toString(preserveScale));
    out.put("lamb", Double.toString(lamb));
    out.put("eta", Double.toString(eta));
    return out;
  }

  @Override
  public UceAllTokens with(SettingValues values) {
    return new UceAllTokens(
        values.number("preserve_scale"), values.number("lamb"), values.number("eta"));
  }

  @Override
  public List<EditMethod> ladder() {
    return DoubleStream.of(Uce.ETAS)
        .<EditMethod>mapToObj(strength -> new UceAllTokens(preserveScale, lamb, strength))
        .toList();
  }

  @Override
  public boolean editsCrossAttention() {
    return true;
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    requireGoal(task.goal());
    EmbeddingMap weights = EmbeddingMap.of(task.pipeline().denoiser());
    return weights.patch(
        map(TextVectors.of(task.pipeline()), task.targets(), task.preserve(), progress));
  }

  /// M [d,d].
  DMatrixRMaj map(
      TextVectors texts, List<TargetPrompt> targets, List<String> preserve, Progress progress) {
    int total = targets.size() + preserve.size();
    int done = 0;
    int width = texts.last("").numCols;
    Moments erase = new Moments(width);
    for (TargetPrompt target : targets) {
      DMatrixRMaj x = texts.rows(target.prompt());
      DMatrixRMaj g = texts.rows(target.instead());
      int length = Math.min(x.numRows, g.numRows);
      DMatrixRMaj from = TextVectors.rows(x, 0, length);
      erase.add(from, Pushed.beyond(eta, from, TextVectors.rows(g, 0, length)));
      progress.at("encoding prompts", ++done, total);
    }
    Moments keep = new Moments(width);
    for (String prompt : preserve) {
      keep.keep(texts.rows(prompt));
      progress.at("encoding prompts", ++done, total);
    }
    double preserved = preserveScale / Math.max(1, keep.rows());
    return Moments.solve(name(), lamb, 1.0 / erase.rows(), erase, preserved, keep);
  }
}
