package cadj.cad.trace;

import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.TextEncoder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The base prompt in place of the concept's.
public record BasePrompt() implements Corruption {
  @Override
  public void requireFits(TextEncoder text, String prompt) {} // any other prompt takes its place

  @Override
  public Conditioning encode(
      TextEncoder text, TraceSettings settings, int first, int count, int height, int width) {
    return text.encode(Collections.nCopies(count, settings.base()), height, width);
  }

  @Override
  public SequencedMap<String, String> identity() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("corruption", "base");
    return out;
  }
}
