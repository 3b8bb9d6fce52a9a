package cadj.tensor.safetensors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The start of a safetensors file: 8 bytes of length (little-endian), then that many of JSON, then
/// the data section, which the tensors cover without overlap and without gaps.
///
/// Everything is checked here, before any tensor's memory is allocated or read: see
/// huggingface.co/docs/safetensors, "Format".
///
/// @param metadata free text by key, from `__metadata__`
/// @param entries by tensor name, in the header's order
/// @param dataStart where the data section begins in the file
public record SafetensorsHeader(
    Map<String, String> metadata, Map<String, SafetensorsEntry> entries, long dataStart) {
  static final int LENGTH_BYTES = Long.BYTES;
  static final String METADATA = "__metadata__";

  /// The format's own limit.
  static final long LONGEST_JSON = 100_000_000;

  /// @param bytes the whole file
  /// @throws FileFormatException at the first rule that is broken
  public static SafetensorsHeader parse(Path file, MemorySegment bytes) {
    long length = jsonLength(file, bytes);
    JsonObject json =
        JsonFile.parse(file, bytes.asSlice(LENGTH_BYTES, length).asReadOnly().asByteBuffer());
    long dataStart = LENGTH_BYTES + length;
    long dataBytes = bytes.byteSize() - dataStart;

    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, SafetensorsEntry> entries = new LinkedHashMap<>();
    for (String name : json.keys()) {
      JsonObject value = json.object(name);
      if (name.equals(METADATA)) {
        value.keys().forEach(key -> metadata.put(key, value.string(key)));
      } else {
        entries.put(name, SafetensorsEntry.parse(name, value, dataBytes));
      }
    }
    requireCovered(file, entries, dataBytes);
    return new SafetensorsHeader(
        Collections.unmodifiableMap(metadata), Collections.unmodifiableMap(entries), dataStart);
  }

  private static long jsonLength(Path file, MemorySegment bytes) {
    if (bytes.byteSize() < LENGTH_BYTES) {
      throw new FileFormatException(
          file, "header length", "8 bytes", "a file of %d".formatted(bytes.byteSize()));
    }
    long length = bytes.get(JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN), 0);
    long most = Math.min(LONGEST_JSON, bytes.byteSize() - LENGTH_BYTES);
    if (length < 0 || length > most) {
      throw new FileFormatException(
          file,
          "header length",
          "at most %d (%s)"
              .formatted(most, most == LONGEST_JSON ? "the format's limit" : "the file's size"),
          Long.toUnsignedString(length));
    }
    if (length == 0 || bytes.get(JAVA_BYTE, LENGTH_BYTES) != '{') {
      throw new FileFormatException(
          file, "header", "'{' first", length == 0 ? "nothing" : "another character");
    }
    return length;
  }

  private static void requireCovered(
      Path file, Map<String, SafetensorsEntry> entries, long dataBytes) {
    List<SafetensorsEntry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(
        Comparator.comparingLong(SafetensorsEntry::begin).thenComparingLong(SafetensorsEntry::end));
    long covered = 0;
    String before = "";
    for (SafetensorsEntry entry : inOrder) {
      if (entry.begin() < covered) {
        throw new FileFormatException(
            file,
            entry.name(),
            "data from byte %d on, where %s ends"
                .formatted(covered, FileFormatException.quote(before)),
            "an overlap from byte %d".formatted(entry.begin()));
      }
      if (entry.begin() > covered) {
        throw new FileFormatException(
            file,
            entry.name(),
            "data from byte %d on".formatted(covered),
            "a gap before byte %d".formatted(entry.begin()));
      }
      covered = entry.end();
      before = entry.name();
    }
    if (covered != dataBytes) {
      throw new FileFormatException(
          file,
          "data",
          "%d bytes, as the header says".formatted(covered),
          "%d".formatted(dataBytes));
    }
  }
}
