package cadj.cad.trace;

import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.TextEncoder;
import java.util.SequencedMap;

/// How the concept is taken out of the text of a corrupted run.
public sealed interface Corruption permits TokenNoise, BasePrompt {
  /// Refuses, before any run, a prompt that cannot be corrupted so.
  void requireFits(TextEncoder text, String prompt);

  /// The corrupted embeddings of `count` samples [count,S,width].
  ///
  /// @param first number of the first sample
  Conditioning encode(
      TextEncoder text, TraceSettings settings, int first, int count, int height, int width);

  /// What tells it from others, by name.
  SequencedMap<String, String> identity();
}
