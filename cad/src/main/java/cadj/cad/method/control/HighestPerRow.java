package cadj.cad.method.control;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Ablation;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiFunction;

/// What the controls have in common: the ⌊ratio·n⌋ highest scores of each row of n weights go.
///
/// @param sites which of the denoiser's parameters
record HighestPerRow(List<Sites> sites, double ratio) {
  HighestPerRow {
    require(ratio >= 0 && ratio <= 1, "ratio: expected 0 to 1, got %s", ratio);
  }

  SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("sites", SettingValues.list(sites));
    out.put("ratio", Double.toString(ratio));
    return out;
  }

  /// The parameters whose weights may go.
  SequencedMap<String, Tensor> parameters(EditTask task) {
    SequencedMap<String, Tensor> out = task.pipeline().denoiser().parameters(sites);
    require(!out.isEmpty(), "sites: the denoiser has no parameters at %s", sites);
    return out;
  }

  /// @param score of a parameter, by name: a value for each weight, none below 0
  Patch edit(EditTask task, BiFunction<String, Tensor, float[]> score) {
    SequencedMap<String, Tensor> parameters = parameters(task);
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    parameters.forEach(
        (name, w) -> scores.put(name, Tensor.of(score.apply(name, w), w.shape().toArray())));
    Ablation ablation =
        new Ablation(Ablation.Which.POSITIVE, Ablation.Per.ROW, new Ablation.Ratio(ratio));
    return Patch.zeroing(ablation.select(scores), parameters, Map.of());
  }
}
