package cadj.tensor.torch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import cadj.tensor.file.FileFormatException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The bytes of pickles, read from left to right; never past their end.
final class PickleBytes {
  /// Longest line of a number or name; such lines are of protocols 0 and 1.
  private static final int LONGEST_LINE = 4096;

  private final Path file;
  private final String part;
  private final MemorySegment bytes;
  private long at;
  private long copied;

  /// @param part which part of the file, for messages
  PickleBytes(Path file, String part, MemorySegment bytes) {
    this.file = file;
    this.part = part;
    this.bytes = bytes;
  }

  FileFormatException error(String expected, String found) {
    return new FileFormatException(file, "%s, byte %d".formatted(part, at), expected, found);
  }

  /// How many were read.
  long position() {
    return at;
  }

  long size() {
    return bytes.byteSize();
  }

  /// Position of the next `count` bytes, which are then read.
  long skip(long count) {
    if (count < 0 || count > bytes.byteSize() - at) {
      throw error("%s bytes".formatted(Long.toUnsignedString(count)), "the end");
    }
    long from = at;
    at += count;
    return from;
  }

  /// To be called before values are copied because of a few bytes: over all, no more may be copied
  /// than there are bytes.
  void copying(int values) {
    copied += values;
    if (copied > size()) {
      throw error("fewer copies of dictionaries", "more than the pickle's size");
    }
  }

  int unsignedByte() {
    return bytes.get(JAVA_BYTE, skip(1)) & 0xff;
  }

  int unsignedShort() {
    return bytes.get(JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN), skip(Short.BYTES)) & 0xffff;
  }

  int signedInt() {
    return bytes.get(JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN), skip(Integer.BYTES));
  }

  long unsignedInt() {
    return signedInt() & 0xffffffffL;
  }

  long signedLong() {
    return bytes.get(JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN), skip(Long.BYTES));
  }

  /// Stored with the highest byte first, as nothing else is.
  double bigEndianDouble() {
    return bytes.get(JAVA_DOUBLE_UNALIGNED.withOrder(BIG_ENDIAN), skip(Double.BYTES));
  }

  /// A two's complement integer of at most 8 bytes.
  long integer(int count) {
    long from = skip(count);
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      byte digit = bytes.get(JAVA_BYTE, from + i);
      value = i == count - 1 ? digit : value << Byte.SIZE | (digit & 0xff);
    }
    return value;
  }

  String utf8(long count) {
    requireText(count);
    long from = skip(count);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(bytes.asSlice(from, count).asByteBuffer())
          .toString();
    } catch (CharacterCodingException e) {
      throw error("a text in UTF-8", "other bytes");
    }
  }

  String latin1(long count) {
    requireText(count);
    long from = skip(count);
    return new String(bytes.asSlice(from, count).toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }

  private void requireText(long count) {
    if (count > Pickle.MOST_BYTES) {
      throw error("a text of at most %d bytes".formatted(Pickle.MOST_BYTES), "" + count);
    }
  }

  /// Up to the next line feed, which is read too.
  String line() {
    long end = at;
    while (end < bytes.byteSize() && bytes.get(JAVA_BYTE, end) != '\n') {
      if (++end - at > LONGEST_LINE) {
        throw error("a line of at most %d bytes".formatted(LONGEST_LINE), "a longer one");
      }
    }
    String line = latin1(end - at);
    skip(1);
    return line;
  }
}
