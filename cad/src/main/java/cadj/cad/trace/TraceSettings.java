package cadj.cad.trace;

import static cadj.tensor.shape.Require.require;

import cadj.models.pipeline.TextToImage;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/// All that a trace depends on beside the model, its rows and who judges.
///
/// @param concept its name, as the judge knows it
/// @param prompt that asks for it
/// @param base the prompt without it
/// @param sampling how pictures are drawn
/// @param stepWindow calls of the denoiser in a window
/// @param samples pictures of each run, from noise of seed, seed + 1, …
public record TraceSettings(
    String concept,
    String prompt,
    String base,
    Corruption corruption,
    TextToImage.Settings sampling,
    int stepWindow,
    int samples,
    long seed) {
  public TraceSettings {
    require(!concept.isBlank(), "--concept: expected a text, got an empty one");
    require(
        !prompt.equals(base),
        "--prompt: expected another text than --base \"%s\", or there is nothing to trace",
        base);
    require(samples >= 1, "--samples: expected at least 1, got %d", samples);
    require(
        Double.isFinite(sampling.guidance()),
        "--guidance: expected a finite number, got %s",
        sampling.guidance());
  }

  /// By name.
  public SequencedMap<String, String> identity() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("concept", concept);
    out.put("prompt", prompt);
    out.put("base", base);
    out.putAll(corruption.identity());
    out.put("scheduler", sampling.scheduler().name().toLowerCase(Locale.ROOT));
    out.put("steps", Integer.toString(sampling.steps()));
    out.put("guidance", Double.toString(sampling.guidance()));
    out.put("step_window", Integer.toString(stepWindow));
    out.put("samples", Integer.toString(samples));
    out.put("seed", Long.toString(seed));
    return out;
  }
}
