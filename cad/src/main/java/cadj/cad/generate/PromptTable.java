package cadj.cad.generate;

import static cadj.tensor.file.FileFormatException.quote;

import cadj.tensor.file.FileFormatException;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Prompts in a table (RFC 4180: quotes, line breaks within them, CRLF or LF), under a header of
/// [PromptColumn]s. An empty cell says nothing; an empty prompt is one.
final class PromptTable {
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /// A last record, which no text has: the reader takes one within a quote that is never closed as
  /// part of that cell.
  private static final String END = "\0";

  private static final int MOST_DIGITS = 40;
  private static final int MOST_COLUMNS = 10_000;

  private final Path file;
  private final List<String> header;

  private PromptTable(Path file, List<String> header) {
    this.file = file;
    this.header = header;
  }

  static PromptFile read(Path file, char separator) {
    String text = PromptText.read(file);
    List<CsvRecord> records = new ArrayList<>();
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .fieldSeparator(separator)
            .skipEmptyLines(true)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .ofCsvRecord(text + "\n" + END)) {
      for (CsvRecord record : reader) {
        if (records.size() > PromptFile.MOST_ROWS) {
          throw PromptFile.tooMany(file, records.size());
        }
        records.add(record);
      }
    } catch (CsvParseException e) {
      throw new FileFormatException(
          file, "row " + Math.max(0, records.size()), "a table (RFC 4180)", why(e), e);
    } catch (IOException e) {
      throw FileFormatException.unreadable(file, e);
    }
    if (!records.removeLast().getFields().equals(List.of(END))) {
      throw new FileFormatException(
          file, "row " + records.size(), "a quote at the end of its last cell", "none");
    }
    if (records.isEmpty()) {
      throw new FileFormatException(file, "header", "a column named prompt", "an empty file");
    }
    PromptTable table = new PromptTable(file, records.getFirst().getFields());
    table.checkHeader();
    return new PromptFile(file, table.rows(records.subList(1, records.size())), table.ignored());
  }

  private static String why(CsvParseException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }

  private void checkHeader() {
    if (header.size() > MOST_COLUMNS) {
      throw new FileFormatException(
          file, "header", "at most %,d columns".formatted(MOST_COLUMNS), "" + header.size());
    }
    if (PromptColumn.PROMPT.in(header) < 0) {
      throw new FileFormatException(
          file, "header", "a column named prompt", quote(String.join(", ", header)));
    }
    for (PromptColumn column : PromptColumn.values()) {
      int at = column.in(header);
      for (int i = at + 1; at >= 0 && i < header.size(); i++) {
        if (PromptColumn.isNamed(header.get(i), header.get(at).strip().toLowerCase(Locale.ROOT))) {
          throw new FileFormatException(
              file, "header", "one column named " + header.get(at).strip(), "several");
        }
      }
    }
  }

  private List<String> ignored() {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      int at = i;
      boolean known =
          List.of(PromptColumn.values()).stream().anyMatch(column -> column.in(header) == at);
      if (!known && !header.get(i).isBlank()) {
        out.add(header.get(i).strip());
      }
    }
    return out;
  }

  private List<PromptRow> rows(List<CsvRecord> records) {
    List<PromptRow> rows = new ArrayList<>();
    Map<String, Integer> names = new HashMap<>();
    for (CsvRecord record : records) {
      Row row = new Row(rows.size() + 1, record.getFields());
      row.requireWhole();
      PromptRow read = row.read();
      if (read.name() != null) {
        Integer before = names.put(read.name().toLowerCase(Locale.ROOT), read.number());
        if (before != null) {
          throw row.error(
              PromptColumn.CASE_NUMBER, "another than row " + before + "'s", quote(read.name()));
        }
      }
      rows.add(read);
    }
    return rows;
  }

  /// One record under the header.
  private final class Row {
    private final int number;
    private final List<String> fields;

    Row(int number, List<String> fields) {
      this.number = number;
      this.fields = fields;
    }

    void requireWhole() {
      if (fields.size() != header.size()) {
        throw new FileFormatException(
            file,
            "row " + number,
            "%d columns, as the header has".formatted(header.size()),
            String.valueOf(fields.size()));
      }
    }

    PromptRow read() {
      int prompt = PromptColumn.PROMPT.in(header);
      return new PromptRow(
          number,
          fields.get(prompt),
          cell(PromptColumn.NEGATIVE),
          seed(),
          guidance(),
          size(PromptColumn.STEPS),
          size(PromptColumn.WIDTH),
          size(PromptColumn.HEIGHT),
          name());
    }

    private @Nullable String cell(PromptColumn column) {
      int at = column.in(header);
      String text = at < 0 ? "" : fields.get(at);
      return text.isBlank() ? null : text;
    }

    FileFormatException error(PromptColumn column, String expected, String found) {
      String title = header.get(column.in(header)).strip();
      return new FileFormatException(file, "row %d: %s".formatted(number, title), expected, found);
    }

    /// Any that fits 64 bits, with a sign or without.
    private @Nullable Long seed() {
      String text = cell(PromptColumn.SEED);
      if (text == null) {
        return null;
      }
      BigInteger seed = integer(text);
      if (seed == null || seed.bitLength() > 64 || (seed.signum() < 0 && seed.bitLength() > 63)) {
        throw error(PromptColumn.SEED, "an integer of at most 64 bits", quote(text));
      }
      return seed.longValue();
    }

    private @Nullable Integer size(PromptColumn column) {
      String text = cell(column);
      if (text == null) {
        return null;
      }
      BigInteger size = integer(text);
      if (size == null || size.signum() <= 0 || size.bitLength() > 20) {
        throw error(column, "a number from 1 to 1048575", quote(text));
      }
      return size.intValueExact();
    }

    private @Nullable Double guidance() {
      String text = cell(PromptColumn.GUIDANCE);
      if (text == null) {
        return null;
      }
      BigDecimal number = number(text);
      if (number == null || !Float.isFinite(number.floatValue())) {
        throw error(PromptColumn.GUIDANCE, "a number", quote(text));
      }
      return number.doubleValue();
    }

    private @Nullable String name() {
      String text = cell(PromptColumn.CASE_NUMBER);
      if (text == null) {
        return null;
      }
      BigInteger number = integer(text);
      String name = number != null && text.contains(".") ? number.toString() : text.strip();
      if (!FILE_NAME.matcher(name).matches()) {
        throw error(
            PromptColumn.CASE_NUMBER, "a file name of letters, digits, . _ and -", quote(text));
      }
      return name;
    }
  }

  /// `12`, or `12.0` as tables write a column of integers with gaps; null for anything else.
  private static @Nullable BigInteger integer(String text) {
    BigDecimal number = number(text);
    try {
      return number == null ? null : number.toBigIntegerExact();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  private static @Nullable BigDecimal number(String text) {
    String digits = text.strip();
    if (digits.length() > MOST_DIGITS) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(digits);
      // so that no exponent makes a number of a million digits
      return Math.abs((long) number.scale()) > 2L * MOST_DIGITS ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
