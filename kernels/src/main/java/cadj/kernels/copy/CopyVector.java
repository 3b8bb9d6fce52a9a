package cadj.kernels.copy;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.strided.Nest;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Copies runs where both sides are contiguous, and square tiles where one is not, so that neither
/// side is read a cache line per element.
final class CopyVector implements CopyKernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int GRAIN = 1 << 15;
  private static final int TILE = 32;

  private final Cpu cpu;

  CopyVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void copy(Buffer out, Buffer in, Nest nest) {
    if (in instanceof F32 source) {
      copyFloats(F32.of(out), source, nest);
    } else {
      new CopyReference()
          .copy(out, in, nest); // a change of type: ids to numbers, doubles to floats
    }
  }

  private void copyFloats(F32 out, F32 in, Nest nest) {
    if (nest.innerStride(0) == 1 && nest.innerStride(1) == 1) {
      copyRuns(out, in, nest);
    } else if (nest.rank() >= 2 && nest.innerStride(0) == 1) {
      copyTiles(out, in, nest);
    } else {
      copyElements(out, in, nest);
    }
  }

  private void copyRuns(F32 out, F32 in, Nest nest) {
    int size = nest.innerSize();
    if (nest.outerCount() == 1) {
      int from = out.offset() + nest.start(0, 0);
      int to = in.offset() + nest.start(1, 0);
      cpu.parallelRange(
          size,
          GRAIN,
          (a, b) -> System.arraycopy(in.array(), to + a, out.array(), from + a, b - a));
      return;
    }
    cpu.parallelRange(
        nest.outerCount(),
        Math.max(1, GRAIN / Math.max(1, size)),
        (a, b) -> {
          for (int outer = a; outer < b; outer++) {
            System.arraycopy(
                in.array(),
                in.offset() + nest.start(1, outer),
                out.array(),
                out.offset() + nest.start(0, outer),
                size);
          }
        });
  }

  /// The two innermost loops by tiles: a transpose, for most callers.
  private void copyTiles(F32 out, F32 in, Nest nest) {
    int rows = nest.size(nest.rank() - 2);
    int columns = nest.innerSize();
    int outRow = nest.stride(0, nest.rank() - 2);
    int inRow = nest.stride(1, nest.rank() - 2);
    int inColumn = nest.innerStride(1);
    int planes = nest.outerCount() / Math.max(1, rows);
    int bands = Math.ceilDiv(rows, TILE);
    int grain = Math.max(1, GRAIN / Math.max(1, TILE * columns));
    cpu.parallelRange(
        planes * bands,
        grain,
        (a, b) -> {
          for (int task = a; task < b; task++) {
            int plane = task / bands;
            int top = task % bands * TILE;
            int height = Math.min(TILE, rows - top);
            int o = out.offset() + nest.start(0, plane * rows) + top * outRow;
            int i = in.offset() + nest.start(1, plane * rows) + top * inRow;
            for (int left = 0; left < columns; left += TILE) {
              int width = Math.min(TILE, columns - left);
              copyTile(
                  out.array(),
                  o + left,
                  outRow,
                  in.array(),
                  i + left * inColumn,
                  inRow,
                  inColumn,
                  height,
                  width);
            }
          }
        });
  }

  private static void copyTile(
      float[] out,
      int o,
      int outRow,
      float[] in,
      int i,
      int inRow,
      int inColumn,
      int height,
      int width) {
    for (int r = 0; r < height; r++) {
      for (int c = 0; c < width; c++) {
        out[o + r * outRow + c] = in[i + r * inRow + c * inColumn];
      }
    }
  }

  private void copyElements(F32 out, F32 in, Nest nest) {
    int size = nest.innerSize();
    int outStep = nest.innerStride(0);
    int inStep = nest.innerStride(1);
    cpu.parallelRange(
        nest.outerCount(),
        Math.max(1, GRAIN / Math.max(1, size)),
        (a, b) -> {
          for (int outer = a; outer < b; outer++) {
            int o = out.offset() + nest.start(0, outer);
            int i = in.offset() + nest.start(1, outer);
            for (int s = 0; s < size; s++) {
              out.array()[o + s * outStep] = in.array()[i + s * inStep];
            }
          }
        });
  }

  @Override
  public void fill(Buffer out, float value) {
    F32 y = F32.of(out);
    cpu.parallelRange(
        y.length(), GRAIN, (a, b) -> Arrays.fill(y.array(), y.offset() + a, y.offset() + b, value));
  }

  @Override
  public void accumulate(Buffer out, Buffer in, float scale) {
    F32 y = F32.of(out);
    F32 x = F32.of(in);
    cpu.parallelRange(
        y.length(),
        GRAIN,
        (a, b) -> accumulate(y.array(), y.offset() + a, x.array(), x.offset() + a, b - a, scale));
  }

  private static void accumulate(float[] y, int yAt, float[] x, int xAt, int n, float scale) {
    int i = 0;
    for (; i <= n - SPECIES.length(); i += SPECIES.length()) {
      FloatVector sum = FloatVector.fromArray(SPECIES, y, yAt + i);
      FloatVector.fromArray(SPECIES, x, xAt + i)
          .fma(FloatVector.broadcast(SPECIES, scale), sum)
          .intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = Math.fma(x[xAt + i], scale, y[yAt + i]);
    }
  }

  @Override
  public void accumulateCompensated(Buffer out, Buffer carry, Buffer in) {
    F32 y = F32.of(out);
    F32 c = F32.of(carry);
    F32 x = F32.of(in);
    cpu.parallelRange(
        y.length(),
        GRAIN,
        (a, b) ->
            accumulateCompensated(
                y.array(),
                y.offset() + a,
                c.array(),
                c.offset() + a,
                x.array(),
                x.offset() + a,
                b - a));
  }

  /// A plain loop, which the compiler vectorises itself.
  private static void accumulateCompensated(
      float[] y, int yAt, float[] c, int cAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i++) {
      float before = y[yAt + i];
      float addend = x[xAt + i] - c[cAt + i];
      float sum = before + addend;
      c[cAt + i] = (sum - before) - addend;
      y[yAt + i] = sum;
    }
  }
}
