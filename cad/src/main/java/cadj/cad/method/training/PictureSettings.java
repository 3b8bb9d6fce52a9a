package cadj.cad.method.training;

import static cadj.tensor.shape.Require.require;

import cadj.cad.method.SettingValues;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// How many pictures a method trains on, and how they come about.
///
/// @param perPrompt pictures of each prompt
/// @param samplingSteps of the sampler that draws them
/// @param guidance weight of the prompt meanwhile
/// @param noiseLevels at how many time steps, spread over the schedule, each is noised
public record PictureSettings(int perPrompt, int samplingSteps, double guidance, int noiseLevels) {
  public PictureSettings {
    require(
        perPrompt >= 1 && samplingSteps >= 1 && noiseLevels >= 1,
        "pictures: expected at least 1 picture, sampling step and noise level, got %d, %d, %d",
        perPrompt,
        samplingSteps,
        noiseLevels);
    require(Double.isFinite(guidance), "pictures: expected a finite guidance, got %s", guidance);
  }

  /// As [#byName] tells them.
  public static PictureSettings of(SettingValues values) {
    return new PictureSettings(
        values.integer("pictures"),
        values.integer("sampling_steps"),
        values.number("guidance"),
        values.integer("noise_levels"));
  }

  /// As ledgers tell them.
  public SequencedMap<String, String> byName() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("pictures", Integer.toString(perPrompt));
    out.put("sampling_steps", Integer.toString(samplingSteps));
    out.put("guidance", Double.toString(guidance));
    out.put("noise_levels", Integer.toString(noiseLevels));
    return out;
  }
}
