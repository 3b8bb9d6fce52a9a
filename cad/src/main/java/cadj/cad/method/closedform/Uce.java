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

/// Unified concept editing: Gandikota et al. 2024 (arXiv:2308.14761).
///
/// Each prompt stands as *one* text embedding [d], its last token's; that of an empty prompt is the
/// start token's. For every key and value projection W [out,d] of cross-attention, c the targets
/// and the preserved prompts, v = W g of what is drawn instead, or W c of what is preserved:
///
/// ```
/// W' = (lamb·W + Σ s v cᵀ)(lamb·I + Σ s c cᵀ)⁻¹ = W·M     ([Moments])
/// ```
///
/// The published settings are scales of 1, lamb 0.5, η 0, no expansion.
///
/// @param eraseScale s of targets
/// @param preserveScale s of preserved prompts
/// @param lamb how far weights hold on to what they were, above 0
/// @param expansion further ways to ask for the targets
/// @param eta how far beyond what is drawn instead the targets go ([Pushed]); 0 in the paper
public record Uce(
    double eraseScale, double preserveScale, double lamb, Expansion expansion, double eta)
    implements EditMethod {
  /// As published.
  public static final Uce PUBLISHED = new Uce(1, 1, 0.5, Expansion.NONE, 0);

  /// Strengths from which an edit can be chosen.
  static final double[] ETAS = {0, 0.25, 0.5, 1, 1.5, 2, 3};

  public Uce {
    require(lamb > 0, "uce: lamb: expected a number above 0, got %s", lamb);
    require(eraseScale > 0, "uce: erase_scale: expected a number above 0, got %s", eraseScale);
    require(preserveScale >= 0, "uce: preserve_scale: expected at least 0, got %s", preserveScale);
  }

  @Override
  public String name() {
    return "uce";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("erase_scale", Double.toString(eraseScale));
    out.put("preserve_scale", Double.toString(preserveScale));
    out.put("lamb", Double.toString(lamb));
    out.put("expansion", SettingValues.lower(expansion));
    out.put("eta", Double.toString(eta));
    return out;
  }

  @Override
  public Uce with(SettingValues values) {
    return new Uce(
        values.number("erase_scale"),
        values.number("preserve_scale"),
        values.number("lamb"),
        values.oneOf("expansion", Expansion.values()),
        values.number("eta"));
  }

  @Override
  public List<EditMethod> ladder() {
    return DoubleStream.of(ETAS)
        .<EditMethod>mapToObj(
            strength -> new Uce(eraseScale, preserveScale, lamb, expansion, strength))
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
    List<TargetPrompt> all = expansion.of(targets);
    int total = all.size() + preserve.size();
    int done = 0;
    int width = texts.last("").numCols;
    Moments erase = new Moments(width);
    for (TargetPrompt target : all) {
      DMatrixRMaj x = texts.last(target.prompt());
      erase.add(x, Pushed.beyond(eta, x, texts.last(target.instead())));
      progress.at("encoding prompts", ++done, total);
    }
    Moments keep = new Moments(width);
    for (String prompt : preserve) {
      keep.keep(texts.last(prompt));
      progress.at("encoding prompts", ++done, total);
    }
    return Moments.solve("uce", lamb, eraseScale, erase, preserveScale, keep);
  }
}
