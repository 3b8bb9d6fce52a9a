package cadj.cad.generate;

import cadj.tensor.file.FileFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A list of prompts: a table with a header (`.csv`, `.tsv`; see [PromptTable]), or a text with a
/// prompt per line, where empty lines and those that begin with `#` are passed over.
///
/// @param rows at least one
/// @param ignored titles of columns that mean nothing here
public record PromptFile(Path file, List<PromptRow> rows, List<String> ignored) {
  static final int MOST_ROWS = 1_000_000;

  /// @throws FileFormatException naming row and column, if anything in it is not as it must be
  public static PromptFile read(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    PromptFile found =
        name.endsWith(".csv")
            ? PromptTable.read(file, ',')
            : name.endsWith(".tsv") ? PromptTable.read(file, '\t') : lines(file);
    if (found.rows.isEmpty()) {
      throw new FileFormatException(file, "", "at least one prompt", "none");
    }
    return found;
  }

  private static PromptFile lines(Path file) {
    List<PromptRow> rows = new ArrayList<>();
    PromptText.read(file)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(line -> rows.add(PromptRow.of(rows.size() + 1, line)));
    if (rows.size() > MOST_ROWS) {
      throw tooMany(file, rows.size());
    }
    return new PromptFile(file, rows, List.of());
  }

  static FileFormatException tooMany(Path file, int rows) {
    return new FileFormatException(
        file, "", "at most %,d prompts".formatted(MOST_ROWS), "%,d".formatted(rows));
  }

  /// What is wrong with one row.
  FileFormatException error(PromptRow row, String column, String expected, String found) {
    return new FileFormatException(
        file, "row %d: %s".formatted(row.number(), column), expected, found);
  }
}
