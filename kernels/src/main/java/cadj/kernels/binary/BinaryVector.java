package cadj.kernels.binary;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.strided.Nest;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Vectors along the innermost loop wherever each operand is contiguous or constant there.
final class BinaryVector implements BinaryKernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int GRAIN = 1 << 15;

  private final Cpu cpu;

  BinaryVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void apply(Binary f, Buffer out, Buffer a, Buffer b, Nest nest) {
    F32 y = F32.of(out);
    F32 x = F32.of(a);
    F32 z = F32.of(b);
    int size = nest.innerSize();
    int sx = nest.innerStride(1);
    int sz = nest.innerStride(2);
    if (nest.outerCount() == 1) {
      cpu.parallelRange(size, GRAIN, (from, to) -> run(f, y, x, z, nest, 0, from, to, sx, sz));
      return;
    }
    cpu.parallelRange(
        nest.outerCount(),
        Math.max(1, GRAIN / Math.max(1, size)),
        (from, to) -> {
          for (int outer = from; outer < to; outer++) {
            run(f, y, x, z, nest, outer, 0, size, sx, sz);
          }
        });
  }

  private static void run(
      Binary f, F32 y, F32 x, F32 z, Nest nest, int outer, int from, int to, int sx, int sz) {
    int sy = nest.innerStride(0);
    int yAt = y.offset() + nest.start(0, outer) + from * sy;
    int xAt = x.offset() + nest.start(1, outer) + from * sx;
    int zAt = z.offset() + nest.start(2, outer) + from * sz;
    int n = to - from;
    int done = 0;
    if (sy == 1 && sx == 1 && sz == 1) {
      done = both(f, y.array(), yAt, x.array(), xAt, z.array(), zAt, n);
    } else if (sy == 1 && sx == 1 && sz == 0) {
      done = constantB(f, y.array(), yAt, x.array(), xAt, z.array()[zAt], n);
    } else if (sy == 1 && sx == 0 && sz == 1) {
      done = constantA(f, y.array(), yAt, x.array()[xAt], z.array(), zAt, n);
    }
    for (int i = done; i < n; i++) {
      y.array()[yAt + i * sy] = scalar(f, x.array()[xAt + i * sx], z.array()[zAt + i * sz]);
    }
  }

  private static float scalar(Binary f, float a, float b) {
    return switch (f) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
    };
  }

  private static FloatVector vector(Binary f, FloatVector a, FloatVector b) {
    return switch (f) {
      case ADD -> a.add(b);
      case SUB -> a.sub(b);
      case MUL -> a.mul(b);
      case DIV -> a.div(b);
    };
  }

  private static int both(
      Binary f, float[] y, int yAt, float[] x, int xAt, float[] z, int zAt, int n) {
    int i = 0;
    for (; i <= n - SPECIES.length(); i += SPECIES.length()) {
      vector(
              f,
              FloatVector.fromArray(SPECIES, x, xAt + i),
              FloatVector.fromArray(SPECIES, z, zAt + i))
          .intoArray(y, yAt + i);
    }
    return i;
  }

  private static int constantB(Binary f, float[] y, int yAt, float[] x, int xAt, float z, int n) {
    FloatVector b = FloatVector.broadcast(SPECIES, z);
    int i = 0;
    for (; i <= n - SPECIES.length(); i += SPECIES.length()) {
      vector(f, FloatVector.fromArray(SPECIES, x, xAt + i), b).intoArray(y, yAt + i);
    }
    return i;
  }

  private static int constantA(Binary f, float[] y, int yAt, float x, float[] z, int zAt, int n) {
    FloatVector a = FloatVector.broadcast(SPECIES, x);
    int i = 0;
    for (; i <= n - SPECIES.length(); i += SPECIES.length()) {
      vector(f, a, FloatVector.fromArray(SPECIES, z, zAt + i)).intoArray(y, yAt + i);
    }
    return i;
  }
}
