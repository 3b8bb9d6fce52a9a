package cadj.cad.evaluate.report;

import cadj.cad.evaluate.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Lines of a ledger as an evaluation writes them.
final class FakeLedger {
  private final StringBuilder lines = new StringBuilder();

  /// An edit of which 10 pictures ask for the target and 20 for two others, all of which the model
  /// as it is shows, but for half of the second's.
  FakeLedger edit(
      String method, String settings, String concept, int seed, int target, int first, int second) {
    return line(
        "p/%s/%s/%d".formatted(method, concept, seed),
        method,
        "\"settings\": {%s}, \"concept\": \"%s\", ".formatted(settings, concept),
        seed,
        """
        "passes": 240, "edit_seconds": 1.5, "changed": 1000,
        "figures": {"captions": {
          "target": %s, "others": %s, "others_style": {"value": "unknown"},
          "clip_score": {"value": %d.5, "before": 28},
          "by_word": {"shirt": %s, "bag": %s}}},
        "pictures": ["pictures/p.%s.%d.captions.png", "../secret.png", "../pictures/secret.png", "/secret.png", "pictures/\\"x.png"]
        """
            .formatted(
                share(target, 10, 10),
                share(first + second, 20, 15),
                20 + target,
                share(second, 10, 5),
                share(first, 10, 10),
                method.replaceAll("[^a-z]", ""),
                seed));
  }

  FakeLedger unedited(int seed) {
    return line("p/unedited/" + seed, "unedited", "", seed, "\"figures\": {}, \"pictures\": []");
  }

  FakeLedger line(String cell, String method, String identity, int seed, String rest) {
    String text =
        "{\"cell\": \"%s\", \"identity\": {\"protocol\": \"p\", \"method\": \"%s\", %s\"seed\": %d, \"model\": \"fashion\"}, %s}"
            .formatted(cell, method, identity, seed, rest);
    lines.append(text.replace("\n", " ")).append('\n');
    return this;
  }

  private static String share(int seen, int of, int before) {
    return String.format(
        Locale.ROOT,
        "{\"seen\": %d, \"of\": %d, \"seen_before\": %d, \"of_before\": %d}",
        seen,
        of,
        before,
        of);
  }

  Ledger at(Path file) {
    try {
      Files.writeString(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Ledger.open(file);
  }
}
