package cadj.kernels.unary;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Runs of elements in parallel, a vector at a time; the last elements of a run go through a padded
/// vector of their own, so that every value is computed alike wherever it lies.
final class UnaryVector implements UnaryKernel {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  /// Elements of one task.
  private static final int GRAIN = 1 << 14;

  private final Cpu cpu;

  UnaryVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(Unary f, Buffer y, Buffer x) {
    each(
        F32.of(y),
        F32.of(x),
        F32.of(x),
        (out, at, a, aAt, b, bAt, n) -> {
          UnaryValues.loop(f, out, at, a, aAt, n);
        });
  }

  @Override
  public void backward(Unary f, Buffer dx, Buffer dy, Buffer x) {
    each(
        F32.of(dx),
        F32.of(dy),
        F32.of(x),
        (out, at, g, gAt, a, aAt, n) -> {
          UnarySlopes.loop(f, out, at, g, gAt, a, aAt, n);
        });
  }

  @Override
  public void affine(Buffer y, Buffer x, float a, float b) {
    each(
        F32.of(y),
        F32.of(x),
        F32.of(x),
        (out, at, in, inAt, same, sameAt, n) -> {
          for (int i = 0; i < n; i += S.length()) {
            FloatVector v = FloatVector.fromArray(S, in, inAt + i);
            v.fma(FloatVector.broadcast(S, a), FloatVector.broadcast(S, b)).intoArray(out, at + i);
          }
        });
  }

  @Override
  public void clamp(Buffer y, Buffer x, float low, float high) {
    each(
        F32.of(y),
        F32.of(x),
        F32.of(x),
        (out, at, in, inAt, same, sameAt, n) -> {
          for (int i = 0; i < n; i += S.length()) {
            FloatVector v = FloatVector.fromArray(S, in, inAt + i);
            v = v.blend(low, v.compare(LT, low));
            v.blend(high, v.compare(GT, high)).intoArray(out, at + i);
          }
        });
  }

  @Override
  public void clampBackward(Buffer dx, Buffer dy, Buffer x, float low, float high) {
    each(
        F32.of(dx),
        F32.of(dy),
        F32.of(x),
        (out, at, g, gAt, in, inAt, n) -> {
          for (int i = 0; i < n; i += S.length()) {
            FloatVector v = FloatVector.fromArray(S, in, inAt + i);
            VectorMask<Float> inside = v.compare(GE, low).and(v.compare(LE, high));
            FloatVector.zero(S)
                .blend(FloatVector.fromArray(S, g, gAt + i), inside)
                .intoArray(out, at + i);
          }
        });
  }

  static void requireEqualLengths(int output, int input) {
    if (output != input) {
      throw new IllegalArgumentException(
          "unary: buffers of equal length expected, got %d and %d".formatted(output, input));
    }
  }

  private void each(F32 y, F32 a, F32 b, Loop loop) {
    requireEqualLengths(y.length(), a.length());
    requireEqualLengths(y.length(), b.length());
    cpu.parallelRange(
        y.length(),
        GRAIN,
        (from, to) -> {
          int whole = S.loopBound(to - from);
          int rest = to - from - whole;
          loop.run(
              y.array(),
              y.offset() + from,
              a.array(),
              a.offset() + from,
              b.array(),
              b.offset() + from,
              whole);
          if (rest > 0) {
            float[] out = new float[S.length()];
            loop.run(
                out,
                0,
                padded(a, from + whole, rest),
                0,
                padded(b, from + whole, rest),
                0,
                S.length());
            System.arraycopy(out, 0, y.array(), y.offset() + from + whole, rest);
          }
        });
  }

  private static float[] padded(F32 x, int from, int count) {
    int at = x.offset() + from;
    return Arrays.copyOf(Arrays.copyOfRange(x.array(), at, at + count), S.length());
  }

  /// y[0 … n) from a[0 … n) and b[0 … n), n a multiple of the lane count.
  @FunctionalInterface
  private interface Loop {
    void run(float[] y, int yAt, float[] a, int aAt, float[] b, int bAt, int n);
  }
}
