package cadj.cad.cli;

import cadj.cad.generate.PlannedPicture;
import cadj.models.pipeline.TextEncoder;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What of prompts the text encoder does not take, which goes by its length.
record LostText(TextEncoder encoder) {
  /// Prompts that are told one by one.
  private static final int MOST_LINES = 5;

  /// `lost` and `lost_negative`, where there is some.
  SequencedMap<String, String> of(PlannedPicture picture) {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    put(out, "lost", picture.settings().prompt());
    put(out, "lost_negative", picture.settings().negative());
    return out;
  }

  private void put(Map<String, String> out, String key, @Nullable String prompt) {
    String lost = prompt == null ? "" : encoder.lost(prompt);
    if (!lost.isEmpty()) {
      out.put(key, lost);
    }
  }

  /// Warns of each that is lost, or of how many there are.
  void tell(Terminal terminal, List<PlannedPicture> pictures) {
    Set<String> all = new LinkedHashSet<>();
    pictures.forEach(picture -> all.addAll(of(picture).values()));
    tell(terminal, all);
  }

  /// Warns of what is lost of `prompts`.
  void tellOf(Terminal terminal, List<String> prompts) {
    Set<String> all = new LinkedHashSet<>();
    prompts.stream().map(encoder::lost).filter(lost -> !lost.isEmpty()).forEach(all::add);
    tell(terminal, all);
  }

  private void tell(Terminal terminal, Set<String> all) {
    all.stream()
        .limit(MOST_LINES)
        .forEach(
            lost ->
                terminal.note(
                    "cut off, too long for %s: %s"
                        .formatted(encoder.limit(), Terminal.plain(lost))));
    if (all.size() > MOST_LINES) {
      terminal.note("cut off likewise: %d other prompts".formatted(all.size() - MOST_LINES));
    }
  }
}
