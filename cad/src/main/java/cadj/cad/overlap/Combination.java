package cadj.cad.overlap;

import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.AttributionScores;
import cadj.cad.edit.Ablation;
import cadj.cad.edit.Contrast;
import cadj.cad.edit.Provenance;
import cadj.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// Scores of several attributions made one, at the end that their objective edits: positive scores
/// of erasing, negative ones of amplifying.
///
/// ```
///                 erase               amplify
/// UNION           max_i s_i           min_i s_i
/// DIFFERENCE      s_0 − max_i |s_i|   s_0 + max_i |s_i|,   i > 0
/// ```
///
/// The weights of a union beyond any bound are those beyond it in one attribution or another. Those
/// of a difference matter to the first more than to each of the others ([Contrast]). Scores are
/// changes of J, and are not scaled: an attribution whose J is larger counts for more.
public enum Combination {
  UNION,
  DIFFERENCE;

  private static final String OBJECTIVE = "objective";

  /// Metadata of attributions by which their model is opened again, of which the first file's hold.
  private static final List<String> MODEL =
      List.of("cadj", "device", "model", "variant", "config", "unet", "loras", "parts_sha256");

  /// An attribution without steps, sums and trajectories, of which nothing is known.
  public AttributionResult of(List<AttributionScores> files) {
    Fit.requireSameKind(files);
    boolean amplifies = "amplify".equals(files.getFirst().metadata().get(OBJECTIVE));
    Ablation.Which end = amplifies ? Ablation.Which.NEGATIVE : Ablation.Which.POSITIVE;
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    for (String name : files.getFirst().parameters()) {
      scores.put(name, combined(files, name, end));
    }
    int rows = scores.size();
    return new AttributionResult(
        scores,
        Map.of(),
        new double[0],
        new double[rows][0],
        new double[rows][0],
        new double[0],
        metadata(files));
  }

  private Tensor combined(List<AttributionScores> files, String name, Ablation.Which end) {
    float[] first = files.getFirst().of(name);
    int[] shape = files.getFirst().shape(name).toArray();
    Contrast others = new Contrast();
    for (AttributionScores other : files.subList(1, files.size())) {
      float[] values = other.of(name);
      switch (this) {
        case UNION -> {
          for (int i = 0; i < first.length; i++) {
            first[i] =
                end == Ablation.Which.POSITIVE
                    ? Math.max(first[i], values[i])
                    : Math.min(first[i], values[i]);
          }
        }
        case DIFFERENCE -> others.add(of(name, values, shape));
      }
    }
    return switch (this) {
      case UNION -> Tensor.of(first, shape);
      case DIFFERENCE -> others.of(of(name, first, shape), end).firstEntry().getValue();
    };
  }

  private static SequencedMap<String, Tensor> of(String name, float[] values, int[] shape) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put(name, Tensor.of(values, shape));
    return out;
  }

  /// What the files agree on, lists of what they do not, and which files these were.
  private Map<String, String> metadata(List<AttributionScores> files) {
    Map<String, String> out =
        Provenance.of(files.stream().map(AttributionScores::metadata).toList());
    Map<String, String> first = files.getFirst().metadata();
    for (String key : MODEL) {
      if (first.containsKey(key)) {
        out.put(key, first.get(key));
      } else {
        out.remove(key);
      }
    }
    out.put("combination", toString());
    out.put(
        "combined",
        Provenance.json(files.stream().map(AttributionScores::path).map(Path::toString).toList()));
    return out;
  }

  /// As metadata names it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
