package cadj.tensor.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import cadj.kernels.convert.ConvertKernel;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.device.I64;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Elements as files store them, little-endian, to and from what tensors hold.
public final class StoredElements {
  private static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE = JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private StoredElements() {}

  /// What a tensor of `stored` elements holds once read.
  public static DType widened(DType stored) {
    return switch (stored) {
      case F32, F16, BF16 -> DType.F32;
      case F64 -> DType.F64;
      case I64, I32, I16, I8, U8, BOOL -> DType.I64;
    };
  }

  /// Fills `out`, which is of type [#widened], from `raw`; BOOL becomes 0 and 1.
  public static void read(Buffer out, MemorySegment raw, DType stored) {
    switch (out) {
      case F32 y -> {
        if (stored == DType.F32) {
          MemorySegment.copy(raw, FLOAT, 0, y.array(), y.offset(), y.length());
        } else {
          ConvertKernel.on(Device.host(), y).widen(y, raw, stored);
        }
      }
      case F64 y -> MemorySegment.copy(raw, DOUBLE, 0, y.array(), y.offset(), y.length());
      case I64 y -> {
        for (int i = 0; i < y.length(); i++) {
          y.array()[y.offset() + i] = integer(raw, stored, i);
        }
      }
      case GpuHalf y -> throw new IllegalArgumentException("only read: " + y);
      case GpuF32 y -> {
        if (stored == DType.F32) {
          F32 host = F32.of(new float[y.length()]);
          read(host, raw, stored);
          y.gpu().upload(y, host);
        } else {
          ConvertKernel.on(y.gpu(), y).widen(y, raw, stored);
        }
      }
    }
  }

  /// Writes `in`, on the host, as `stored` elements; floats round to nearest, ties to even.
  ///
  /// @throws IllegalArgumentException for an integer that does not fit
  public static void write(MemorySegment raw, DType stored, Buffer in) {
    switch (stored) {
      case F16, BF16 -> ConvertKernel.on(Device.host(), in).narrow(raw, stored, in);
      case F32 -> {
        if (in instanceof F32 x) {
          MemorySegment.copy(x.array(), x.offset(), raw, FLOAT, 0, x.length());
        } else {
          for (int i = 0; i < in.length(); i++) {
            raw.set(FLOAT, 4L * i, (float) in.get(i));
          }
        }
      }
      case F64 -> {
        for (int i = 0; i < in.length(); i++) {
          raw.set(DOUBLE, 8L * i, in.get(i));
        }
      }
      case I64, I32, I16, I8, U8, BOOL -> {
        I64 x = I64.of(in);
        for (int i = 0; i < x.length(); i++) {
          setInteger(raw, stored, i, x.array()[x.offset() + i]);
        }
      }
    }
  }

  private static long integer(MemorySegment raw, DType stored, int i) {
    return switch (stored) {
      case I64 -> raw.get(LONG, 8L * i);
      case I32 -> raw.get(INT, 4L * i);
      case I16 -> raw.get(SHORT, 2L * i);
      case I8 -> raw.get(JAVA_BYTE, i);
      case U8 -> raw.get(JAVA_BYTE, i) & 0xff;
      case BOOL -> raw.get(JAVA_BYTE, i) == 0 ? 0 : 1;
      case F64, F32, F16, BF16 ->
          throw new IllegalArgumentException(stored + " is no integer type");
    };
  }

  private static void setInteger(MemorySegment raw, DType stored, int i, long value) {
    boolean fits =
        switch (stored) {
          case I64 -> true;
          case I32 -> value == (int) value;
          case I16 -> value == (short) value;
          case I8 -> value == (byte) value;
          case U8 -> value == (value & 0xff);
          case BOOL -> value == (value & 1);
          case F64, F32, F16, BF16 -> false;
        };
    if (!fits) {
      throw new IllegalArgumentException("%d does not fit %s".formatted(value, stored));
    }
    switch (stored.bytes()) {
      case 8 -> raw.set(LONG, 8L * i, value);
      case 4 -> raw.set(INT, 4L * i, (int) value);
      case 2 -> raw.set(SHORT, 2L * i, (short) value);
      default -> raw.set(JAVA_BYTE, i, (byte) value);
    }
  }
}
