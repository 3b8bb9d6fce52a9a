package cadj.kernels.macro;

import java.util.ArrayList;
import java.util.List;

/// A line of text.
///
/// @param number of the line of [WrittenFiles] that it comes from
record Line(String text, int number) {
  /// The lines of `text` without comments, white space at their ends, and empty ones.
  static List<Line> withoutComments(String text, int first) {
    List<Line> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int number = first;
    boolean inBlock = false;
    boolean inString = false;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\n') {
        if (!line.toString().isBlank()) {
          lines.add(new Line(line.toString().stripTrailing(), number));
        }
        line.setLength(0);
        inString = false;
        number++;
      } else if (inBlock) {
        if (text.startsWith("*/", at)) {
          inBlock = false;
          at++;
        }
      } else if (!inString && text.startsWith("//", at)) {
        at = text.indexOf('\n', at) - 1;
      } else if (!inString && text.startsWith("/*", at)) {
        inBlock = true;
        at++;
      } else {
        inString ^= c == '"';
        line.append(c);
      }
    }
    return lines;
  }
}
