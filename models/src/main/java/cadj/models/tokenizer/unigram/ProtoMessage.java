package cadj.models.tokenizer.unigram;

import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.tensor.file.FileFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;

/// A message of protobuf's wire format, read field by field:
///
/// ```
/// while (message.next()) switch (message.field()) { case 1 -> message.text("piece"); …
///                                                   default -> message.skip(); }
/// ```
///
/// A field is a varint `number << 3 | wire type` and its value: another varint (0), eight bytes
/// (1), a length and as many bytes (2), four bytes (5). Nothing is copied before its length was
/// compared with what is there.
final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int BYTES = 2;
  private static final int FOUR_BYTES = 5;

  private final Path file;
  private final String name;
  private final ByteBuffer content;
  private int field;
  private int wireType;

  /// @param name of the field that it is, for messages; empty for the whole file
  ProtoMessage(Path file, String name, ByteBuffer content) {
    this.file = file;
    this.name = name;
    this.content = content.order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Goes to the next field, whose value is then to be read or skipped.
  boolean next() {
    if (!content.hasRemaining()) {
      return false;
    }
    long tag = readVarint("");
    if (tag >>> 3 == 0 || tag >>> 32 != 0) {
      throw error("", "a field", "the tag " + Long.toUnsignedString(tag));
    }
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    return true;
  }

  int field() {
    return field;
  }

  /// @param what the field is called, here and below
  long varint(String what) {
    require(what, VARINT, "a varint");
    return readVarint(what);
  }

  boolean bool(String what) {
    return varint(what) != 0;
  }

  float fixedFloat(String what) {
    require(what, FOUR_BYTES, "four bytes");
    requireRemaining(what, Float.BYTES);
    return content.getFloat();
  }

  byte[] bytes(String what) {
    ByteBuffer slice = slice(what);
    byte[] copy = new byte[slice.remaining()];
    slice.get(copy);
    return copy;
  }

  String text(String what) {
    try {
      return UTF_8.newDecoder().decode(slice(what)).toString();
    } catch (CharacterCodingException e) {
      throw new FileFormatException(file, key(what), "UTF-8 text", "other bytes", e);
    }
  }

  ProtoMessage message(String what) {
    return new ProtoMessage(file, key(what), slice(what));
  }

  void skip() {
    String what = "field " + field;
    switch (wireType) {
      case VARINT -> readVarint(what);
      case EIGHT_BYTES -> skip(what, Long.BYTES);
      case BYTES -> slice(what);
      case FOUR_BYTES -> skip(what, Integer.BYTES);
      default -> throw error(what, "a wire type of 0, 1, 2 or 5", String.valueOf(wireType));
    }
  }

  /// The error of field `what`, or of the message if that is empty, for a caller to throw.
  FileFormatException error(String what, String expected, String found) {
    return new FileFormatException(file, key(what), expected, found);
  }

  private String key(String what) {
    return name.isEmpty() || what.isEmpty() ? name + what : name + "." + what;
  }

  private void require(String what, int type, String expected) {
    if (wireType != type) {
      throw error(what, expected, "wire type " + wireType);
    }
  }

  private void requireRemaining(String what, long length) {
    if (length < 0 || length > content.remaining()) {
      throw error(
          what,
          Long.toUnsignedString(length) + " bytes",
          "%d to the end".formatted(content.remaining()));
    }
  }

  private void skip(String what, int length) {
    requireRemaining(what, length);
    content.position(content.position() + length);
  }

  private ByteBuffer slice(String what) {
    require(what, BYTES, "a length and bytes");
    long length = readVarint(what);
    requireRemaining(what, length);
    ByteBuffer slice = content.slice(content.position(), (int) length);
    content.position(content.position() + (int) length);
    return slice;
  }

  /// Seven bits a byte, the lowest first, as long as the eighth is set.
  private long readVarint(String what) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      requireRemaining(what, 1);
      byte b = content.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw error(what, "a varint of at most ten bytes", "a longer one");
  }
}
