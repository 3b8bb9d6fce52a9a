package cadj.kernels.copy;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.strided.Nest;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Copies where the output is contiguous along the innermost loop, its columns here, and the input
/// (more nearly) along another, its rows: a transpose.
///
/// Goes tile by tile, so that a cache line is still there when its next element is wanted. Whole
/// tiles of rows that lie side by side are transposed in vectors, see [#transpose].
final class CopyTiles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int TILE = SPECIES.length();
  private static final VectorShuffle<Float> LOWER = VectorShuffle.makeZip(SPECIES, 0);
  private static final VectorShuffle<Float> UPPER = VectorShuffle.makeZip(SPECIES, 1);

  /// Elements of one task, about.
  private static final int GRAIN = 1 << 15;

  private final F32 out;
  private final F32 in;
  private final Nest planes;
  private final int rows;
  private final int columns;
  private final int outRow;
  private final int inRow;
  private final int inColumn;

  CopyTiles(Nest nest, F32 out, F32 in) {
    this.out = out;
    this.in = in;
    int d = rowLoop(nest);
    this.planes = nest.without(d);
    this.rows = nest.size(d);
    this.columns = nest.innerSize();
    this.outRow = nest.stride(0, d);
    this.inRow = nest.stride(1, d);
    this.inColumn = nest.innerStride(1);
  }

  /// Whether some loop but the innermost walks the input in smaller steps than that does.
  static boolean suit(Nest nest) {
    return nest.rank() > 1
        && nest.innerStride(0) == 1
        && nest.stride(1, rowLoop(nest)) < nest.innerStride(1);
  }

  /// The outer loop that moves the input least.
  private static int rowLoop(Nest nest) {
    int least = 0;
    for (int d = 1; d < nest.rank() - 1; d++) {
      if (nest.stride(1, d) < nest.stride(1, least)) {
        least = d;
      }
    }
    return least;
  }

  void copy(Cpu cpu) {
    int bands = Math.ceilDiv(rows, TILE);
    cpu.parallelRange(
        planes.outerCount() * planes.innerSize() * bands,
        GRAIN / (Math.min(rows, TILE) * columns),
        (from, to) -> {
          float[] scratch = new float[2 * TILE * TILE];
          for (int task = from; task < to; task++) {
            copyBand(task / bands, task % bands * TILE, scratch);
          }
        });
  }

  /// The tiles of rows `top` and following in one plane.
  private void copyBand(int plane, int top, float[] scratch) {
    int height = Math.min(TILE, rows - top);
    int run = plane / planes.innerSize();
    int step = plane % planes.innerSize();
    int o = out.offset() + planes.start(0, run) + step * planes.innerStride(0) + top * outRow;
    int i = in.offset() + planes.start(1, run) + step * planes.innerStride(1) + top * inRow;
    for (int left = 0; left < columns; left += TILE) {
      int width = Math.min(TILE, columns - left);
      if (height == TILE && width == TILE && inRow == 1) {
        transpose(o + left, i + left * inColumn, scratch);
      } else {
        copyTile(o + left, i + left * inColumn, height, width);
      }
    }
  }

  private void copyTile(int o, int i, int height, int width) {
    for (int r = 0; r < height; r++) {
      for (int c = 0; c < width; c++) {
        out.array()[o + r * outRow + c] = in.array()[i + r * inRow + c * inColumn];
      }
    }
  }

  /// A square of 2ᵐ by 2ᵐ, read as one list, is transposed by m perfect shuffles of that list: each
  /// rotates the bits of every element's place by one. A shuffle zips vector k of the first half
  /// with vector k of the second into vectors 2k and 2k+1.
  private void transpose(int o, int i, float[] scratch) {
    zip(in.array(), i, inColumn, scratch, 0, TILE);
    int from = 0;
    for (int shuffled = 4; shuffled < TILE; shuffled *= 2) {
      int to = TILE * TILE - from;
      zip(scratch, from, TILE, scratch, to, TILE);
      from = to;
    }
    zip(scratch, from, TILE, out.array(), o, outRow);
  }

  /// One shuffle; the vectors of the list lie `xStep` apart in x, `yStep` in y.
  private static void zip(float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    for (int k = 0; k < TILE / 2; k++) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, xAt + k * xStep);
      FloatVector b = FloatVector.fromArray(SPECIES, x, xAt + (k + TILE / 2) * xStep);
      a.rearrange(LOWER, b).intoArray(y, yAt + 2 * k * yStep);
      a.rearrange(UPPER, b).intoArray(y, yAt + (2 * k + 1) * yStep);
    }
  }
}
