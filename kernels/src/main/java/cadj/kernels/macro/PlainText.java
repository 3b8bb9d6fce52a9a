package cadj.kernels.macro;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Plain PTX, and where each of its lines was written.
public final class PlainText {
  private static final String LAST_OF_HEAD = ".address_size";

  private final String text;
  private final int[] numbers;

  private PlainText(List<Line> lines) {
    StringBuilder all = new StringBuilder();
    lines.forEach(line -> all.append(line.text()).append('\n'));
    this.text = all.toString();
    this.numbers = lines.stream().mapToInt(Line::number).toArray();
  }

  /// Expands a template.
  ///
  /// @param files the first one begins with the module's head (`.version` …)
  /// @param settings values of what the files `.default`
  /// @throws MacroException if the template is not well-formed
  public static PlainText of(WrittenFiles files, Map<String, String> settings) {
    List<List<Line>> expanded = MacroExpander.expand(files, settings);
    List<Line> first = expanded.getFirst();
    int head = 0;
    for (int i = 0; i < first.size(); i++) {
      if (first.get(i).text().strip().startsWith(LAST_OF_HEAD)) {
        head = i + 1;
        break;
      }
    }
    // Variables of the libraries must be known before they are used.
    List<Line> all = new ArrayList<>(first.subList(0, head));
    expanded.subList(1, expanded.size()).forEach(all::addAll);
    all.addAll(first.subList(head, first.size()));
    return new PlainText(FunctionInliner.inline(files, all));
  }

  public String text() {
    return text;
  }

  /// The line of [WrittenFiles] that line `line` of [#text] comes from; both from 1.
  public int written(int line) {
    return line >= 1 && line <= numbers.length
        ? numbers[line - 1]
        : Arrays.stream(numbers).max().orElse(1);
  }
}
