package cadj.kernels.geglu;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Rows in parallel, a vector at a time; the end of a row goes through padded vectors of its own.
final class GegluVector implements GegluKernel {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  /// Outputs of one task, about.
  private static final int GRAIN = 1 << 13;

  private final Cpu cpu;

  GegluVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(Buffer y, Buffer x, int rows, int width) {
    F32 out = F32.of(y.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, 2 * rows * width));
    int whole = S.loopBound(width);
    cpu.parallelRange(
        rows,
        GRAIN / Math.max(1, width),
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int yAt = out.offset() + row * width;
            int valueAt = in.offset() + 2 * row * width;
            int gateAt = valueAt + width;
            GegluLoops.forward(out.array(), yAt, in.array(), valueAt, in.array(), gateAt, whole);
            if (whole < width) {
              int rest = width - whole;
              float[] padded = new float[S.length()];
              float[] value = padded(in.array(), valueAt + whole, rest);
              float[] gate = padded(in.array(), gateAt + whole, rest);
              GegluLoops.forward(padded, 0, value, 0, gate, 0, S.length());
              System.arraycopy(padded, 0, out.array(), yAt + whole, rest);
            }
          }
        });
  }

  @Override
  public void backward(Buffer dx, Buffer dy, Buffer x, int rows, int width) {
    F32 out = F32.of(dx.slice(0, 2 * rows * width));
    F32 g = F32.of(dy.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, 2 * rows * width));
    int whole = S.loopBound(width);
    cpu.parallelRange(
        rows,
        GRAIN / Math.max(1, width),
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int dyAt = g.offset() + row * width;
            int valueAt = in.offset() + 2 * row * width;
            int gateAt = valueAt + width;
            int dxAt = out.offset() + 2 * row * width;
            GegluLoops.backward(
                out.array(),
                dxAt,
                dxAt + width,
                g.array(),
                dyAt,
                in.array(),
                valueAt,
                in.array(),
                gateAt,
                whole);
            if (whole < width) {
              int rest = width - whole;
              float[] padded = new float[2 * S.length()];
              float[] value = padded(in.array(), valueAt + whole, rest);
              float[] gate = padded(in.array(), gateAt + whole, rest);
              GegluLoops.backward(
                  padded,
                  0,
                  S.length(),
                  padded(g.array(), dyAt + whole, rest),
                  0,
                  value,
                  0,
                  gate,
                  0,
                  S.length());
              System.arraycopy(padded, 0, out.array(), dxAt + whole, rest);
              System.arraycopy(padded, S.length(), out.array(), dxAt + width + whole, rest);
            }
          }
        });
  }

  private static float[] padded(float[] x, int at, int count) {
    return Arrays.copyOf(Arrays.copyOfRange(x, at, at + count), S.length());
  }
}
