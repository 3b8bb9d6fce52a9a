package cadj.cad.method.esd;

import static cadj.tensor.shape.Require.require;

import cadj.cad.method.SettingValues;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The settings of a training.
///
/// @param iterations steps, each on one x_t
/// @param lr Adam's learning rate
/// @param negativeGuidance η, how far the target leads away from the concept
/// @param guidance weight of the prompt while x_t is sampled
/// @param samplingSteps of the sampler that gives x_t
public record EsdSettings(
    int iterations, double lr, double negativeGuidance, double guidance, int samplingSteps) {
  /// The repository's defaults, which are for Stable Diffusion 1.4. They hardly move a model as
  /// small as the embedded one: that wants learning rates of 5e-4 to 2e-3.
  public static final EsdSettings PUBLISHED = new EsdSettings(200, 5e-5, 2, 3, 50);

  public EsdSettings {
    require(iterations >= 1, "esd: expected at least 1 iteration, got %d", iterations);
    require(samplingSteps >= 1, "esd: expected at least 1 sampling step, got %d", samplingSteps);
    require(
        Double.isFinite(negativeGuidance) && Double.isFinite(guidance),
        "esd: expected finite guidance, got %s and %s",
        negativeGuidance,
        guidance);
  }

  static EsdSettings of(SettingValues values) {
    return new EsdSettings(
        values.integer("iterations"),
        values.number("lr"),
        values.number("negative_guidance"),
        values.number("guidance"),
        values.integer("sampling_steps"));
  }

  SequencedMap<String, String> byName() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("iterations", Integer.toString(iterations));
    out.put("lr", Double.toString(lr));
    out.put("negative_guidance", Double.toString(negativeGuidance));
    out.put("guidance", Double.toString(guidance));
    out.put("sampling_steps", Integer.toString(samplingSteps));
    return out;
  }
}
