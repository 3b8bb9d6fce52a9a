package cadj.cad.evaluate;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A prompt, and what its pictures should show.
///
/// @param shows by open word or kind: `object` → sneaker, `style` → photo
/// @param seed of its pictures' noise, counting on from it, where a list of prompts has one; null
///   for the cell's
/// @param guidance where a list of prompts has one; null for the protocol's
public record ProtocolPrompt(
    String text,
    SequencedMap<String, String> shows,
    @Nullable Long seed,
    @Nullable Double guidance) {
  public ProtocolPrompt(String text, SequencedMap<String, String> shows) {
    this(text, shows, null, null);
  }

  /// Whether it asks for `concept`.
  boolean asksFor(String concept) {
    return shows.containsValue(concept);
  }

  /// What of that kind it asks for, `concept` left out, in the order of its words.
  List<String> others(String kind, String concept) {
    return shows.entrySet().stream()
        .filter(word -> Template.kind(word.getKey()).equals(kind))
        .map(Map.Entry::getValue)
        .filter(word -> !word.equals(concept))
        .toList();
  }
}
