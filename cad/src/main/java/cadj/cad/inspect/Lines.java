package cadj.cad.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Text from files, made fit for a terminal.
final class Lines {
  private static final int LONGEST = 2_000;

  private Lines() {}

  /// `text` in one line, without anything that a terminal would obey, and cut when very long.
  static String plain(String text) {
    StringBuilder out = new StringBuilder();
    int end = Math.min(text.length(), LONGEST);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean harmless = !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
      out.append(harmless ? c : "\\u%04x".formatted((int) c));
    }
    return end < text.length() ? out.append('…').toString() : out.toString();
  }

  /// One line per entry, values below each other.
  static List<String> pairs(Map<String, String> texts) {
    int width = texts.keySet().stream().mapToInt(key -> plain(key).length()).max().orElse(0);
    List<String> out = new ArrayList<>();
    texts.forEach(
        (key, value) -> {
          String name = plain(key);
          out.add("  " + name + " ".repeat(width - name.length()) + "  " + plain(value));
        });
    return out;
  }
}
