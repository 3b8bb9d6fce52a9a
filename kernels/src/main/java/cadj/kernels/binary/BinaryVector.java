package cadj.kernels.binary;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.strided.LoopNest;
import cadj.kernels.strided.ParallelLoops;

/// Vectors along the innermost loop wherever the output and an operand are contiguous there, and
/// the other operand contiguous or constant.
final class BinaryVector implements BinaryKernel {
  private final Cpu cpu;

  BinaryVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void apply(Binary f, Buffer out, Buffer a, Buffer b, LoopNest nest) {
    F32 y = F32.of(out.slice(0, nest.reach(0)));
    F32 x = F32.of(a.slice(0, nest.reach(1)));
    F32 z = F32.of(b.slice(0, nest.reach(2)));
    int sy = nest.innerStride(0);
    int sx = nest.innerStride(1);
    int sz = nest.innerStride(2);
    ParallelLoops.each(
        cpu,
        nest,
        (at, n) -> {
          int yAt = y.offset() + at[0];
          int xAt = x.offset() + at[1];
          int zAt = z.offset() + at[2];
          int done = 0;
          if (sy == 1 && sx == 1 && sz == 1) {
            done = vectors(f, y.array(), yAt, x.array(), xAt, z.array(), zAt, n);
          } else if (sy == 1 && sx == 1 && sz == 0) {
            done = vectors(f, y.array(), yAt, x.array(), xAt, z.array()[zAt], n);
          } else if (sy == 1 && sx == 0 && sz == 1) {
            done = vectors(f, y.array(), yAt, x.array()[xAt], z.array(), zAt, n);
          }
          for (int i = done; i < n; i++) {
            y.array()[yAt + i * sy] = value(f, x.array()[xAt + i * sx], z.array()[zAt + i * sz]);
          }
        });
  }

  private static float value(Binary f, float a, float b) {
    return switch (f) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
    };
  }

  private static int vectors(
      Binary f, float[] y, int yAt, float[] a, int aAt, float[] b, int bAt, int n) {
    return switch (f) {
      case ADD -> BinaryLoops.add(y, yAt, a, aAt, b, bAt, n);
      case SUB -> BinaryLoops.sub(y, yAt, a, aAt, b, bAt, n);
      case MUL -> BinaryLoops.mul(y, yAt, a, aAt, b, bAt, n);
      case DIV -> BinaryLoops.div(y, yAt, a, aAt, b, bAt, n);
    };
  }

  private static int vectors(Binary f, float[] y, int yAt, float[] a, int aAt, float b, int n) {
    return switch (f) {
      case ADD -> BinaryLoops.add(y, yAt, a, aAt, b, n);
      case SUB -> BinaryLoops.add(y, yAt, a, aAt, -b, n); // a − b = a + (−b), exactly
      case MUL -> BinaryLoops.mul(y, yAt, a, aAt, b, n);
      case DIV -> BinaryLoops.div(y, yAt, a, aAt, b, n);
    };
  }

  private static int vectors(Binary f, float[] y, int yAt, float a, float[] b, int bAt, int n) {
    return switch (f) {
      case ADD -> BinaryLoops.add(y, yAt, b, bAt, a, n);
      case SUB -> BinaryLoops.sub(y, yAt, a, b, bAt, n);
      case MUL -> BinaryLoops.mul(y, yAt, b, bAt, a, n);
      case DIV -> BinaryLoops.div(y, yAt, a, b, bAt, n);
    };
  }
}
