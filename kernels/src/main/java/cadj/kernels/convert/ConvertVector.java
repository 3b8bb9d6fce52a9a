package cadj.kernels.convert;

import static cadj.kernels.convert.ConvertReference.HALF;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Widening is a plain loop: HotSpot's compiler makes vectors of it, and until it has, a plain loop
/// is far quicker than vectors that are not compiled yet. That counts, since a program starts by
/// loading weights.
///
/// Narrowing is integer arithmetic on the bits, one vector of floats at a time. F16: subnormal
/// results come from adding ½, whose unit in the last place is theirs, so that the addition rounds.
final class ConvertVector implements ConvertKernel {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
  private static final int GRAIN = 1 << 16;

  private final Cpu cpu;

  ConvertVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void widen(Buffer y, MemorySegment halves, DType half) {
    F32 out = F32.of(y);
    HalfFormat format = HalfFormat.of(half);
    HalfFormat.requireBytes(halves, out.length());
    cpu.parallelRange(
        out.length(),
        GRAIN,
        (from, to) -> {
          switch (format) {
            case F16 -> widenF16(out.array(), out.offset(), halves, from, to);
            case BF16 -> widenBf16(out.array(), out.offset(), halves, from, to);
          }
        });
  }

  @Override
  public void narrow(MemorySegment halves, DType half, Buffer x) {
    F32 in = F32.of(x);
    HalfFormat format = HalfFormat.of(half);
    HalfFormat.requireBytes(halves, in.length());
    cpu.parallelRange(
        in.length(),
        GRAIN,
        (from, to) -> {
          switch (format) {
            case F16 -> narrowF16(halves, in.array(), in.offset(), from, to);
            case BF16 -> narrowBf16(halves, in.array(), in.offset(), from, to);
          }
        });
  }

  private static void widenF16(float[] y, int offset, MemorySegment halves, int from, int to) {
    for (int i = from; i < to; i++) {
      y[offset + i] = Float.float16ToFloat(halves.get(HALF, 2L * i));
    }
  }

  private static void widenBf16(float[] y, int offset, MemorySegment halves, int from, int to) {
    for (int i = from; i < to; i++) {
      y[offset + i] = Float.intBitsToFloat(halves.get(HALF, 2L * i) << 16);
    }
  }

  private static void narrowF16(MemorySegment halves, float[] x, int offset, int from, int to) {
    int i = from;
    for (; i <= to - FLOATS.length(); i += FLOATS.length()) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, offset + i);
      IntVector bits = v.reinterpretAsInts();
      IntVector magnitude = bits.and(0x7fffffff);
      IntVector odd = magnitude.lanewise(LSHR, 13).and(1);
      IntVector normal = magnitude.sub(112 << 23).add(0xfff).add(odd).lanewise(LSHR, 13);
      IntVector subnormal = v.abs().add(0.5f).reinterpretAsInts().sub(Float.floatToIntBits(0.5f));
      IntVector half =
          normal
              .blend(subnormal, magnitude.compare(LT, Float.floatToIntBits(0x1p-14f)))
              .blend(0x7c00, magnitude.compare(GE, Float.floatToIntBits(65520f)))
              .blend(0x7e00, magnitude.compare(GT, 0x7f800000));
      ((ShortVector) half.or(bits.lanewise(LSHR, 16).and(0x8000)).convertShape(I2S, SHORTS, 0))
          .intoMemorySegment(halves, 2L * i, LITTLE_ENDIAN);
    }
    for (; i < to; i++) {
      halves.set(HALF, 2L * i, Float.floatToFloat16(x[offset + i]));
    }
  }

  private static void narrowBf16(MemorySegment halves, float[] x, int offset, int from, int to) {
    int i = from;
    for (; i <= to - FLOATS.length(); i += FLOATS.length()) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, offset + i).reinterpretAsInts();
      IntVector odd = bits.lanewise(LSHR, 16).and(1);
      IntVector rounded = bits.add(0x7fff).add(odd).lanewise(LSHR, 16);
      IntVector quiet = bits.lanewise(LSHR, 16).or(0x40);
      IntVector half = rounded.blend(quiet, bits.and(0x7fffffff).compare(GT, 0x7f800000));
      ((ShortVector) half.convertShape(I2S, SHORTS, 0))
          .intoMemorySegment(halves, 2L * i, LITTLE_ENDIAN);
    }
    for (; i < to; i++) {
      int bits = Float.floatToRawIntBits(x[offset + i]);
      int rounded = (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16;
      halves.set(HALF, 2L * i, (short) (Float.isNaN(x[offset + i]) ? bits >>> 16 | 0x40 : rounded));
    }
  }
}
