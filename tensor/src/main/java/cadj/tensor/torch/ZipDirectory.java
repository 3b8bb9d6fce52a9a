package cadj.tensor.torch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import cadj.tensor.file.FileFormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The files in a zip archive, from its central directory (PKWARE's APPNOTE 4.3), zip64 included.
///
/// Every range is checked against the archive's size; nothing is copied. Checksums are not
/// compared: torch can write archives without.
final class ZipDirectory {
  private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_BYTES = 46;
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int END64 = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCATOR64_BYTES = 20;
  private static final int EXTRA64 = 1;
  private static final long IN_EXTRA = 0xffffffffL;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int ENCRYPTED = 1;

  /// How many times the archive's size all its files may be together, beyond what is stored:
  /// deflated weights save a few percent, hostile files a thousandfold.
  private static final int MOST_INFLATION = 100;

  private final Path file;
  private final MemorySegment bytes;

  private ZipDirectory(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /// @param bytes the whole archive
  /// @throws FileFormatException if it is damaged
  static Map<String, ZipMember> read(Path file, MemorySegment bytes) {
    return new ZipDirectory(file, bytes).read();
  }

  private Map<String, ZipMember> read() {
    long end = end();
    long count = u2(end + 10);
    long size = u4(end + 12);
    long begin = u4(end + 16);
    long locator = end - LOCATOR64_BYTES;
    if (locator >= 0 && u4(locator) == LOCATOR64) {
      long end64 = s8(locator + 8);
      if (end64 < 0 || end64 > locator - END64_BYTES || u4(end64) != END64) {
        throw error("end of the zip directory", "a zip64 record", "none");
      }
      count = s8(end64 + 32);
      size = s8(end64 + 40);
      begin = s8(end64 + 48);
    }
    if (begin < 0 || size < 0 || begin > end || size > end - begin || count < 0) {
      throw error(
          "zip directory",
          "a range within the file's %d bytes".formatted(bytes.byteSize()),
          "%d bytes from %d".formatted(size, begin));
    }
    return members(begin, begin + size, count);
  }

  /// The last record, before a comment.
  private long end() {
    long last = bytes.byteSize() - END_BYTES;
    for (long at = last; at >= 0 && at >= last - LONGEST_COMMENT; at--) {
      if (u4(at) == END && at + END_BYTES + u2(at + 20) == bytes.byteSize()) {
        return at;
      }
    }
    throw error("zip directory", "a zip archive with its end", "a file that ends before");
  }

  private Map<String, ZipMember> members(long from, long to, long count) {
    Map<String, ZipMember> out = new LinkedHashMap<>();
    long at = from;
    long inflated = 0;
    for (long i = 0; i < count; i++) {
      if (at > to - CENTRAL_BYTES || u4(at) != CENTRAL) {
        throw error("zip directory", count + " entries", i + " of them");
      }
      long next = at + CENTRAL_BYTES + u2(at + 28) + u2(at + 30) + u2(at + 32);
      if (next > to) {
        throw error("zip directory", "entries within it", "one beyond");
      }
      ZipMember member = member(at, from);
      inflated += member.isDeflated() ? member.size() : 0;
      if (inflated < 0 || inflated > MOST_INFLATION * bytes.byteSize()) {
        throw error(
            member.name(),
            "at most %d times the archive's size, inflated".formatted(MOST_INFLATION),
            "more");
      }
      if (out.put(member.name(), member) != null) {
        throw error(member.name(), "each file once", "it again");
      }
      at = next;
    }
    return out;
  }

  /// @param at the entry in the directory
  /// @param most where the directory begins
  private ZipMember member(long at, long most) {
    int nameBytes = u2(at + 28);
    String name =
        new String(
            bytes.asSlice(at + CENTRAL_BYTES, nameBytes).toArray(JAVA_BYTE),
            StandardCharsets.UTF_8);
    int method = u2(at + 10);
    if ((u2(at + 8) & ENCRYPTED) != 0 || (method != STORED && method != DEFLATED)) {
      throw error(name, "a stored or deflated file", "encryption or method " + method);
    }
    // zip64: those of size, compressed size and offset that do not fit, in this order
    long[] fields = {u4(at + 24), u4(at + 20), u4(at + 42)};
    long extra = at + CENTRAL_BYTES + nameBytes;
    readExtra(name, extra, extra + u2(at + 30), fields);
    long size = fields[0];
    long stored = fields[1];
    long local = fields[2];
    if (local < 0 || local > most - LOCAL_BYTES || u4(local) != LOCAL) {
      throw error(name, "a local header before the directory", "none at byte " + local);
    }
    long data = local + LOCAL_BYTES + u2(local + 26) + u2(local + 28);
    if (data > most || stored < 0 || stored > most - data) {
      throw error(name, "a range before the directory", "%d bytes from %d".formatted(stored, data));
    }
    if (size < 0 || (method == STORED && size != stored)) {
      throw error(name, "%d bytes as they are".formatted(stored), "a size of " + size);
    }
    return new ZipMember(name, bytes.asSlice(data, stored), size, method == DEFLATED);
  }

  private void readExtra(String name, long from, long to, long[] fields) {
    for (long at = from; at + 4 <= to; at += 4 + u2(at + 2)) {
      if (u2(at) == EXTRA64) {
        long value = at + 4;
        long end = Math.min(to, value + u2(at + 2));
        for (int i = 0; i < fields.length; i++) {
          if (fields[i] == IN_EXTRA) {
            if (value + Long.BYTES > end) {
              throw error(name, "its sizes in the zip64 field", "too short a field");
            }
            fields[i] = s8(value);
            value += Long.BYTES;
          }
        }
      }
    }
  }

  private int u2(long at) {
    return bytes.get(SHORT, at) & 0xffff;
  }

  private long u4(long at) {
    return bytes.get(INT, at) & 0xffffffffL;
  }

  private long s8(long at) {
    return bytes.get(LONG, at);
  }

  private FileFormatException error(String key, String expected, String found) {
    return new FileFormatException(file, key, expected, found);
  }
}
