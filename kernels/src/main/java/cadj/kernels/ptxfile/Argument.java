package cadj.kernels.ptxfile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// What a kernel is given for one of its parameters.
public sealed interface Argument {
  /// In messages, such as `f32[1024]`.
  String words();

  /// A number.
  ///
  /// @param bits of the value, in the low bytes
  record Value(ElementType type, long bits) implements Argument {
    @Override
    public String words() {
      return type.text();
    }
  }

  /// A struct or array passed by value, byte by byte.
  record Bytes(byte[] bytes) implements Argument {
    @Override
    public String words() {
      return bytes.length + " bytes";
    }
  }

  /// A pointer to an array on the device, which the kernel may change.
  ///
  /// @param values little-endian, or null: nobody has written them
  record Array(ElementType type, int length, byte @Nullable [] values) implements Argument {
    @Override
    public String words() {
      return "%s[%d]".formatted(type.text(), length);
    }

    public long bytes() {
      return (long) type.bytes() * length;
    }

    /// The bits of element `i`.
    public long bits(int i) {
      if (values == null) {
        throw new IllegalStateException(words() + " has no values");
      }
      ByteBuffer buffer = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
      int at = i * type.bytes();
      return switch (type.bytes()) {
        case 8 -> buffer.getLong(at);
        case 4 -> buffer.getInt(at) & 0xffffffffL;
        case 2 -> buffer.getShort(at) & 0xffffL;
        default -> buffer.get(at) & 0xffL;
      };
    }

    /// An array of the values that `bits` gives.
    public static Array of(
        ElementType type, int length, java.util.function.IntToLongFunction bits) {
      ByteBuffer buffer = ByteBuffer.allocate(type.bytes() * length).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < length; i++) {
        long value = bits.applyAsLong(i);
        for (int b = 0; b < type.bytes(); b++) {
          buffer.put((byte) (value >>> (8 * b)));
        }
      }
      return new Array(type, length, buffer.array());
    }
  }
}
