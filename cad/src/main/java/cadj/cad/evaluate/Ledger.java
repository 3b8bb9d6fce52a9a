package cadj.cad.evaluate;

import cadj.tensor.file.AtomicFile;
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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What an evaluation found: a file with a JSON object per line, one for each cell, only ever added
/// to. A line that was cut off when the program was killed is dropped when the ledger is opened.
///
/// `cell` names the line; `identity` has all that its figures follow from.
public final class Ledger {
  private static final String CELL = "cell";
  private static final String IDENTITY = "identity";
  private static final long LONGEST = 1L << 30;

  private final Path file;
  private final SequencedMap<String, JsonObject> lines = new LinkedHashMap<>();

  private Ledger(Path file) {
    this.file = file;
  }

  /// Reads a ledger, or begins one.
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
    int whole = bytes.length;
    while (whole > 0 && bytes[whole - 1] != '\n') {
      whole--;
    }
    int from = 0;
    int number = 0;
    while (from < whole) {
      int to = from;
      while (bytes[to] != '\n') {
        to++;
      }
      number++;
      JsonObject line =
          JsonFile.parse(
              Path.of("%s, line %d".formatted(file, number)),
              ByteBuffer.wrap(bytes, from, to - from).slice());
      line.object(IDENTITY);
      if (lines.putIfAbsent(line.string(CELL), line) != null) {
        throw line.error(
            CELL, "each cell once", FileFormatException.quote(line.string(CELL)) + " again");
      }
      from = to + 1;
    }
    if (whole < bytes.length) {
      byte[] rest = Arrays.copyOf(bytes, whole);
      AtomicFile.write(file, fresh -> Files.write(fresh, rest));
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
    JsonObject found = line.object(IDENTITY);
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
    all.put(CELL, cell);
    all.put(IDENTITY, identity);
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
        out.write(ByteBuffer.wrap(bytes));
        out.force(true);
      }
    } catch (IOException e) {
      throw FileFailure.of(file, "cannot be written", e);
    }
    lines.put(cell, JsonFile.parse(file, ByteBuffer.wrap(bytes, 0, bytes.length - 1).slice()));
  }
}
