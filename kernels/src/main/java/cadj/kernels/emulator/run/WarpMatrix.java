package cadj.kernels.emulator.run;

import cadj.kernels.emulator.arithmetic.HalfPrecision;
import cadj.kernels.ptx.PtxType;

/// `wmma`: matrices that a warp loads, multiplies and stores as a whole.
///
/// Which lane holds what of them PTX leaves open, so it is simple here: elements go to the lanes in
/// order, row by row, one register after another, and from the start again where there are more
/// registers than elements.
///
/// @param rows of the matrix
/// @param columns of it
/// @param type of its elements
public record WarpMatrix(int rows, int columns, PtxType type) {
  /// Elements in one register.
  private int packed() {
    return switch (type) {
      case F16, BF16 -> 2;
      case U8, S8 -> 4;
      default -> 1;
    };
  }

  private int element(int register, int lane, int part) {
    return ((register * Warp.LANES + lane) * packed() + part) % (rows * columns);
  }

  /// `wmma.load`
  ///
  /// @param access number of the access, or of the first of one for each space
  /// @param strides elements from one row to the next, or column if `byColumns`
  /// @param registers an array each, of ints, floats or doubles
  static void load(
      Warp warp,
      int mask,
      int at,
      int access,
      boolean generic,
      long[] bases,
      long offset,
      int[] strides,
      int[] form,
      Object[] registers) {
    move(false, warp, mask, at, access, generic, bases, offset, strides, form, registers);
  }

  /// `wmma.store`
  static void store(
      Warp warp,
      int mask,
      int at,
      int access,
      boolean generic,
      long[] bases,
      long offset,
      int[] strides,
      int[] form,
      Object[] registers) {
    move(true, warp, mask, at, access, generic, bases, offset, strides, form, registers);
  }

  private static void move(
      boolean stores,
      Warp warp,
      int mask,
      int at,
      int access,
      boolean generic,
      long[] bases,
      long offset,
      int[] strides,
      int[] form,
      Object[] registers) {
    TensorCore.requireAll(warp, mask, at);
    WarpMatrix matrix = of(form);
    for (int r = 0; r < registers.length; r++) {
      for (int part = 0; part < matrix.packed(); part++) {
        long[] places = matrix.places(r, part, bases, strides, form[3] != 0);
        long[] found = find(warp, mask, access, generic, places, offset);
        for (int lane = 0; lane < Warp.LANES; lane++) {
          if (stores) {
            matrix.write(found[lane], matrix.get(registers[r], lane, part));
          } else {
            matrix.set(registers[r], lane, part, matrix.read(found[lane]));
          }
        }
      }
    }
  }

  /// @param form rows, columns, type's number, whether by columns
  @SuppressWarnings("EnumOrdinal") // a number in compiled code, which the same program reads back
  private static WarpMatrix of(int[] form) {
    return new WarpMatrix(form[0], form[1], PtxType.values()[form[2]]);
  }

  private static long[] find(
      Warp warp, int mask, int access, boolean generic, long[] places, long offset) {
    LoadStore memory = warp.block.loadStore;
    return generic
        ? memory.findGeneric(mask, places, offset, access)
        : memory.find(mask, places, offset, access);
  }

  private long[] places(int register, int part, long[] bases, int[] strides, boolean byColumns) {
    long[] places = new long[Warp.LANES];
    for (int lane = 0; lane < Warp.LANES; lane++) {
      int element = element(register, lane, part);
      long row = element / columns;
      long column = element % columns;
      long index = byColumns ? column * strides[lane] + row : row * strides[lane] + column;
      places[lane] = bases[lane] + index * type.bytes();
    }
    return places;
  }

  private long read(long at) {
    return switch (type.bytes()) {
      case 1 -> RawMemory.loadU8(at, 0);
      case 2 -> RawMemory.loadU16(at, 0);
      case 4 -> RawMemory.load32(at, 0);
      default -> RawMemory.load64(at, 0);
    };
  }

  private void write(long at, long bits) {
    switch (type.bytes()) {
      case 1 -> RawMemory.store8(at, (int) bits, 0);
      case 2 -> RawMemory.store16(at, (int) bits, 0);
      case 4 -> RawMemory.store32(at, (int) bits, 0);
      default -> RawMemory.store64(at, bits, 0);
    }
  }

  private long get(Object register, int lane, int part) {
    long whole =
        switch (register) {
          case int[] it -> it[lane];
          case float[] it -> Float.floatToRawIntBits(it[lane]);
          case double[] it -> Double.doubleToRawLongBits(it[lane]);
          default -> throw new IllegalArgumentException(register.toString());
        };
    return packed() == 1 ? whole : (whole >>> (part * 8 * type.bytes())) & mask();
  }

  private void set(Object register, int lane, int part, long bits) {
    switch (register) {
      case int[] it -> {
        int shift = part * 8 * type.bytes();
        int kept = packed() == 1 ? 0 : it[lane] & ~(int) (mask() << shift);
        it[lane] = kept | (int) (bits << shift);
      }
      case float[] it -> it[lane] = Float.intBitsToFloat((int) bits);
      case double[] it -> it[lane] = Double.longBitsToDouble(bits);
      default -> throw new IllegalArgumentException(register.toString());
    }
  }

  private long mask() {
    return (1L << (8 * type.bytes())) - 1;
  }

  private double[] values(Object[] registers) {
    double[] values = new double[rows * columns];
    for (int r = 0; r < registers.length; r++) {
      for (int lane = 0; lane < Warp.LANES; lane++) {
        for (int part = 0; part < packed(); part++) {
          values[element(r, lane, part)] = value(get(registers[r], lane, part));
        }
      }
    }
    return values;
  }

  private double value(long bits) {
    return switch (type) {
      case F16 -> HalfPrecision.F16.value((int) bits);
      case BF16 -> HalfPrecision.BF16.value((int) bits);
      case TF32 -> Float.intBitsToFloat((int) bits & TensorCore.TF32_BITS);
      case F32 -> Float.intBitsToFloat((int) bits);
      case F64 -> Double.longBitsToDouble(bits);
      case S8 -> (byte) bits;
      default -> (int) bits;
    };
  }

  private long bits(double value) {
    return switch (type) {
      case F16 -> Float.floatToFloat16((float) value) & mask();
      case F32 -> Float.floatToRawIntBits((float) value);
      case F64 -> Double.doubleToRawLongBits(value);
      default -> (int) (long) value;
    };
  }

  /// `wmma.mma`: D = A·B + C. Sums are kept in double precision and rounded once.
  ///
  /// @param form m, n, k, types' numbers of D, A, B and C, and whether integers saturate
  static void multiply(
      Warp warp, int mask, int at, int[] form, Object[] d, Object[] a, Object[] b, Object[] c) {
    TensorCore.requireAll(warp, mask, at);
    int m = form[0];
    int n = form[1];
    int k = form[2];
    PtxType[] types = PtxType.values();
    double[] left = new WarpMatrix(m, k, types[form[4]]).values(a);
    double[] right = new WarpMatrix(k, n, types[form[5]]).values(b);
    double[] sums = new WarpMatrix(m, n, types[form[6]]).values(c);
    for (int row = 0; row < m; row++) {
      for (int column = 0; column < n; column++) {
        double sum = 0;
        for (int i = 0; i < k; i++) {
          sum = Math.fma(left[row * k + i], right[i * n + column], sum);
        }
        sums[row * n + column] += sum;
      }
    }
    WarpMatrix result = new WarpMatrix(m, n, types[form[3]]);
    for (int r = 0; r < d.length; r++) {
      for (int lane = 0; lane < Warp.LANES; lane++) {
        for (int part = 0; part < result.packed(); part++) {
          double sum = sums[result.element(r, lane, part)];
          if (form[7] != 0) {
            sum = Math.clamp(sum, Integer.MIN_VALUE, Integer.MAX_VALUE);
          }
          result.set(d[r], lane, part, result.bits(sum));
        }
      }
    }
  }
}
