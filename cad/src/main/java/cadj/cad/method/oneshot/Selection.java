package cadj.cad.method.oneshot;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Ablation;
import cadj.cad.method.SettingValues;
import java.util.SequencedMap;

/// What is chosen by the scores, and what becomes of it.
///
/// @param per what is ranked together
/// @param ratio of it, at the end
/// @param dose weights are multiplied with 1 − dose
/// @param rounds in how many rounds: after each, the weights are scored anew on the model as edited
///   so far; round r of R goes to ratio·r/R
/// @param contrast whether scores are set against those of the preserved prompts, s_target −
///   max|s_other|
public record Selection(Ablation.Per per, double ratio, double dose, int rounds, boolean contrast) {
  public Selection {
    require(ratio >= 0 && ratio <= 1, "ratio: expected 0 to 1, got %s", ratio);
    require(dose > 0 && Double.isFinite(dose), "dose: expected more than 0, got %s", dose);
    require(rounds >= 1, "rounds: expected at least 1, got %d", rounds);
  }

  Ablation ablation(Ablation.Which which, int round) {
    double share = round == rounds ? ratio : ratio * round / rounds;
    return new Ablation(which, per, new Ablation.Ratio(share));
  }

  void addTo(SequencedMap<String, String> settings) {
    settings.put("per", SettingValues.lower(per));
    settings.put("ratio", Double.toString(ratio));
    settings.put("dose", Double.toString(dose));
    settings.put("rounds", Integer.toString(rounds));
    settings.put("contrast", Boolean.toString(contrast));
  }

  /// What [#addTo] wrote.
  static Selection of(SettingValues values) {
    return new Selection(
        values.oneOf("per", Ablation.Per.values()),
        values.number("ratio"),
        values.number("dose"),
        values.integer("rounds"),
        values.flag("contrast"));
  }

  Selection withRatio(double other) {
    return new Selection(per, other, dose, rounds, contrast);
  }
}
