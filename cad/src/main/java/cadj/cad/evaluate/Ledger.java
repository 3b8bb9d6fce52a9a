package cadj.cad.evaluate;

import cadj.tensor.file.FileFailure;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What an evaluation found: a file with a JSON object per line, one for each cell, only ever added
/// to. A line that was cut off when the program was killed is passed over, and dropped from the
/// file when the next is added. Ledgers put together may have a cell several times, computed from
/// the same: the first counts.
///
/// `cell` names the line; `identity` has all that its figures follow from.
public final class Ledger {
  private static final long LONGEST = 1L << 30;

  /// What a line begins with.
  private static final String BEGINNING = "{\"%s\":".formatted(LedgerKeys.CELL);

  private final Path file;
  private final SequencedMap<String, JsonObject> lines = new LinkedHashMap<>();

  /// Bytes of whole lines, where a cut one follows them; -1 where none does.
  private long whole = -1;

  private Ledger(Path file) {
    this.file = file;
  }

  /// Reads a ledger that must be there.
  ///
  /// @throws FileFormatException naming the line that is none of a ledger's
  public static Ledger read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new FileFormatException(file, "", "a ledger of cadj evaluate", "no file");
    }
    return open(file);
  }

  /// Reads a ledger, or begins one; writes nothing yet.
  ///
  /// @throws FileFormatException naming the line that is none of a ledger's
  public static Ledger open(Path file) {
    Ledger ledger = new Ledger(file);
    if (Files.exists(file)) {
      ledger.read();
    }
    return ledger;
  }

  private void read() {
    byte[] bytes = bytes();
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    int from = 0;
    int number = 0;
    while (from < end) {
      int to = from;
      while (bytes[to] != '\n') {
        to++;
      }
      number++;
      JsonObject line =
          JsonFile.parse(
              Path.of("%s, line %d".formatted(file, number)),
              ByteBuffer.wrap(bytes, from, to - from).slice());
      JsonObject first = lines.putIfAbsent(line.string(LedgerKeys.CELL), line);
      if (!line.object(LedgerKeys.IDENTITY)
          .values()
          .equals((first == null ? line : first).object(LedgerKeys.IDENTITY).values())) {
        throw line.error(
            LedgerKeys.CELL,
            "each cell computed from one thing",
            FileFormatException.quote(line.string(LedgerKeys.CELL)) + " again, from another");
      }
      from = to + 1;
    }
    if (end < bytes.length) {
      requireCutLine(new String(bytes, end, bytes.length - end, StandardCharsets.UTF_8));
      whole = end;
    }
  }

  private void requireCutLine(String rest) {
    if (!rest.startsWith(BEGINNING) && !BEGINNING.startsWith(rest)) {
      throw new FileFormatException(
          file,
          "",
          "lines of a ledger",
          FileFormatException.quote(rest.lines().findFirst().orElse("")));
    }
  }

  private byte[] bytes() {
    try {
      long size = Files.size(file);
      if (size > LONGEST) {
        throw new FileFormatException(file, "", "at most 1 GiB", size + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileFormatException.unreadable(file, e);
    }
  }

  public Path file() {
    return file;
  }

  /// All lines, in their order.
  public List<JsonObject> lines() {
    return new ArrayList<>(lines.values());
  }

  /// Whether a cell is there.
  ///
  /// @throws FileFormatException if it is, computed from something else
  boolean has(String cell, Map<String, ?> identity) {
    JsonObject line = lines.get(cell);
    if (line == null) {
      return false;
    }
    JsonObject found = line.object(LedgerKeys.IDENTITY);
    identity.forEach(
        (key, expected) -> {
          String there = found.has(key) ? String.valueOf(found.values().get(key)) : "nothing";
          if (!there.equals(String.valueOf(expected))) {
            throw new FileFormatException(
                file,
                cell + ": " + key,
                expected + ", to go on from there (another --out begins anew)",
                there);
          }
        });
    return true;
  }

  /// The line of a cell, which must be there.
  JsonObject line(String cell) {
    JsonObject line = lines.get(cell);
    if (line == null) {
      throw new FileFormatException(file, cell, "this cell", "none");
    }
    return line;
  }

  /// Adds a line; once this returns it is on the disk.
  void add(String cell, Map<String, ?> identity, Map<String, ?> found) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(LedgerKeys.CELL, cell);
    all.put(LedgerKeys.IDENTITY, identity);
    all.putAll(found);
    byte[] bytes;
    try {
      bytes = (new ObjectMapper().writeValueAsString(all) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    try {
      if (file.toAbsolutePath().getParent() != null) {
        Files.createDirectories(file.toAbsolutePath().getParent());
      }
      try (FileChannel out =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND)) {
        if (whole >= 0) {
          out.truncate(whole);
          whole = -1;
        }
        out.write(ByteBuffer.wrap(bytes));
        out.force(true);
      }
    } catch (IOException e) {
      throw FileFailure.of(file, "cannot be written", e);
    }
    lines.put(cell, JsonFile.parse(file, ByteBuffer.wrap(bytes, 0, bytes.length - 1).slice()));
  }
}
