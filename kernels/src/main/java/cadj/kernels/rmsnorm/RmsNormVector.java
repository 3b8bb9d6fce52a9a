package cadj.kernels.rmsnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.vectormath.Sum;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// Rows in parallel: in place where a row is a whole number of vectors, else in a padded copy of
/// their task's own.
///
/// Gradients of the weight are summed per block of rows, then over blocks, in that order.
final class RmsNormVector implements RmsNormKernel {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  /// Elements of one task of the forward pass, about.
  private static final int GRAIN = 1 << 14;

  /// Rows of one task of the backward pass, at least.
  private static final int BLOCK = 64;

  /// Elements of one task of the backward pass, at least: narrow rows are many.
  private static final int BLOCK_ELEMENTS = 1 << 14;

  private final Cpu cpu;

  RmsNormVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(
      Buffer y, Buffer rstd, Buffer x, Buffer weight, int rows, int width, float eps) {
    F32 out = F32.of(y.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, rows * width));
    float[] w = padded(F32.of(weight), width);
    cpu.parallelRange(
        rows,
        GRAIN / Math.max(1, width),
        (from, to) -> {
          Row source = new Row(in, width);
          Row target = new Row(out, width);
          for (int r = from; r < to; r++) {
            source.read(r);
            target.seek(r);
            double squares =
                Sum.ofProducts(source.array, source.at, source.array, source.at, w.length);
            double scale = 1 / Math.sqrt(squares / width + eps);
            rstd.set(r, scale);
            scale(target.array, target.at, source.array, source.at, (float) scale, w);
            target.write(r);
          }
        });
  }

  @Override
  public void backward(
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      Buffer dy,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      int rows,
      int width) {
    F32 gradient = F32.of(dy.slice(0, rows * width));
    F32 in = F32.of(x.slice(0, rows * width));
    F32 out = dx == null ? null : F32.of(dx.slice(0, rows * width));
    float[] w = padded(F32.of(weight), width);
    int block = Math.max(BLOCK, BLOCK_ELEMENTS / Math.max(1, width));
    float[][] dweights = new float[Math.ceilDiv(rows, block)][w.length];
    cpu.parallel(
        dweights.length,
        b -> {
          Row g = new Row(gradient, width);
          Row source = new Row(in, width);
          Row target = out == null ? null : new Row(out, width);
          float[] products = new float[w.length];
          for (int r = b * block; r < Math.min(rows, (b + 1) * block); r++) {
            g.read(r);
            source.read(r);
            float scale = (float) rstd.get(r);
            accumulate(dweights[b], products, g.array, g.at, source.array, source.at, scale);
            if (target != null) {
              double mean = Sum.ofProducts(products, 0, w, 0, w.length) / width;
              target.seek(r);
              project(target, g, source, w, scale, (float) mean);
              target.write(r);
            }
          }
        });
    if (dweight != null) {
      double[] sums = Sum.ofParts(dweights, width);
      for (int i = 0; i < width; i++) {
        dweight.set(i, sums[i]);
      }
    }
  }

  /// A row at a time of [rows,width], as whole vectors: `array` from `at` on.
  private static final class Row {
    private final F32 rows;
    private final int width;
    private final boolean whole;
    private final float[] array;
    private int at;

    Row(F32 rows, int width) {
      this.rows = rows;
      this.width = width;
      this.whole = width % S.length() == 0;
      this.array = whole ? rows.array() : new float[lanes(width)];
    }

    void seek(int row) {
      if (whole) {
        at = rows.offset() + row * width;
      }
    }

    void read(int row) {
      seek(row);
      if (!whole) {
        System.arraycopy(rows.array(), rows.offset() + row * width, array, 0, width);
      }
    }

    void write(int row) {
      if (!whole) {
        System.arraycopy(array, 0, rows.array(), rows.offset() + row * width, width);
      }
    }
  }

  private static int lanes(int width) {
    return Math.ceilDiv(width, S.length()) * S.length();
  }

  private static float[] padded(F32 x, int width) {
    float[] row = Arrays.copyOfRange(x.array(), x.offset(), x.offset() + width);
    return Arrays.copyOf(row, lanes(width));
  }

  /// y = x·scale·w.
  private static void scale(float[] y, int yAt, float[] x, int xAt, float scale, float[] w) {
    for (int i = 0; i < w.length; i += S.length()) {
      FloatVector.fromArray(S, x, xAt + i)
          .mul(scale)
          .mul(FloatVector.fromArray(S, w, i))
          .intoArray(y, yAt + i);
    }
  }

  /// products = dy·x̂, dweight += products.
  private static void accumulate(
      float[] dweight, float[] products, float[] dy, int dyAt, float[] x, int xAt, float scale) {
    for (int i = 0; i < dweight.length; i += S.length()) {
      FloatVector product =
          FloatVector.fromArray(S, x, xAt + i)
              .mul(scale)
              .mul(FloatVector.fromArray(S, dy, dyAt + i));
      product.intoArray(products, i);
      product.add(FloatVector.fromArray(S, dweight, i)).intoArray(dweight, i);
    }
  }

  /// dx = scale·(dy·w − x̂·mean).
  private static void project(Row dx, Row dy, Row x, float[] w, float scale, float mean) {
    for (int i = 0; i < w.length; i += S.length()) {
      FloatVector g =
          FloatVector.fromArray(S, dy.array, dy.at + i).mul(FloatVector.fromArray(S, w, i));
      FloatVector.fromArray(S, x.array, x.at + i)
          .mul(scale)
          .fma(FloatVector.broadcast(S, -mean), g)
          .mul(scale)
          .intoArray(dx.array, dx.at + i);
    }
  }
}
