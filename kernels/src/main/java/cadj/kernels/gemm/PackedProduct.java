package cadj.kernels.gemm;

import static cadj.kernels.gemm.GemmTile.MAX_HEIGHT;
import static cadj.kernels.gemm.GemmTile.MAX_K;
import static cadj.kernels.gemm.GemmTile.PITCH;
import static cadj.kernels.gemm.GemmTile.WIDTH;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Packed, register-blocked product C = A·B + β·C (+ bias), in the manner of Goto & van de Geijn
/// (2008).
///
/// How operands are packed is left to the caller, so that a convolution packs shifted pixels where
/// a matrix product packs rows. k is split into even blocks that fit a pack. Per block, B is packed
/// once, in parallel, into panels of two vectors' width; then tasks, each a block of rows times a
/// range of panels, pack their rows of A into a buffer of their thread and run register tiles
/// ([GemmTile]) along the panels. A panel stays in the first cache while the rows of a block pass.
/// Every element of C is one chain over k whatever the tasks, so results do not depend on the
/// number of threads.
///
/// @param m rows of A and C
/// @param n columns of B and C
/// @param k columns of A, rows of B
/// @param c the array that holds C, its element (i,j) at `ct + i·ldc + j`
/// @param bias [n], added to every row, or null
public record PackedProduct(
    int m, int n, int k, float beta, float[] c, int ct, int ldc, @Nullable F32 bias) {
  /// Tiles in a block of rows: about 140 rows, so that the packed block fits the second cache.
  private static final int BLOCK_TILES = Math.ceilDiv(140, MAX_HEIGHT);

  /// Products with fewer multiplications run in the calling thread.
  private static final long SMALL = 1 << 16;

  /// A task should have at least this many panels, lest packing A outweigh its use.
  private static final int PANELS_PER_TASK = 4;

  /// Enough tasks to keep many threads busy.
  private static final int TASKS = 16;

  private static final ThreadLocal<float[]> PACKED_A =
      ThreadLocal.withInitial(() -> new float[BLOCK_TILES * MAX_HEIGHT * PITCH]);
  private static final ThreadLocal<float[]> PACKED_B = ThreadLocal.withInitial(() -> new float[0]);
  private static final ThreadLocal<float[]> EDGE =
      ThreadLocal.withInitial(() -> new float[MAX_HEIGHT * WIDTH]);

  /// Writes A[top … bottom−1, from … from+depth−1] to `packed`, row i from `(i − top)·pitch` on.
  @FunctionalInterface
  public interface RowPacker {
    void pack(float[] packed, int pitch, int top, int bottom, int from, int depth);
  }

  /// Writes B[from … from+depth−1, column … column+width−1] to `packed`, row p from `at + p·pitch`
  /// on.
  @FunctionalInterface
  public interface PanelPacker {
    void pack(float[] packed, int at, int pitch, int column, int width, int from, int depth);
  }

  public void run(Cpu cpu, RowPacker a, PanelPacker b) {
    int tiles = Math.ceilDiv(m, MAX_HEIGHT);
    int panels = Math.ceilDiv(n, WIDTH);
    int rowBlocks = Math.ceilDiv(tiles, BLOCK_TILES);
    int splits =
        Math.clamp(Math.ceilDiv(TASKS, rowBlocks), 1, Math.ceilDiv(panels, PANELS_PER_TASK));
    boolean small = (long) m * n * k < SMALL;
    int kBlocks = Math.max(1, Math.ceilDiv(k, MAX_K));
    float[] packedB = packedB(panels * WIDTH * Math.ceilDiv(k, kBlocks));
    for (int block = 0; block < kBlocks; block++) {
      int from = (int) ((long) k * block / kBlocks);
      int depth = (int) ((long) k * (block + 1) / kBlocks) - from;
      each(cpu, small, panels, panel -> packPanel(b, packedB, panel, from, depth));
      each(
          cpu,
          small,
          rowBlocks * splits,
          task -> {
            int rows = task / splits;
            int split = task % splits;
            multiplyBlock(
                a,
                packedB,
                from,
                depth,
                tiles * rows / rowBlocks,
                tiles * (rows + 1) / rowBlocks,
                panels * split / splits,
                panels * (split + 1) / splits);
          });
    }
  }

  private static void each(Cpu cpu, boolean alone, int tasks, IntConsumer body) {
    if (alone) {
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
    } else {
      cpu.parallel(tasks, body);
    }
  }

  private static float[] packedB(int length) {
    float[] buffer = PACKED_B.get();
    if (buffer.length < length) {
      buffer = new float[length];
      PACKED_B.set(buffer);
    }
    return buffer;
  }

  private void packPanel(PanelPacker b, float[] packed, int panel, int from, int depth) {
    int column = panel * WIDTH;
    int width = Math.min(WIDTH, n - column);
    int at = panel * depth * WIDTH;
    if (width < WIDTH) {
      Arrays.fill(packed, at, at + depth * WIDTH, 0f);
    }
    b.pack(packed, at, WIDTH, column, width, from, depth);
  }

  /// First row of tile `tile`: rows are spread evenly, so heights differ by one at most.
  private int row(int tile) {
    return (int) ((long) m * tile / Math.ceilDiv(m, MAX_HEIGHT));
  }

  private void multiplyBlock(
      RowPacker a,
      float[] packedB,
      int from,
      int depth,
      int tileFrom,
      int tileTo,
      int panelFrom,
      int panelTo) {
    int top = row(tileFrom);
    int bottom = row(tileTo);
    boolean starts = from == 0 && (bias != null || beta != 0);
    if (starts) {
      start(top, bottom, panelFrom * WIDTH, Math.min(n, panelTo * WIDTH));
    }
    boolean add = starts || from > 0;
    float[] packedA = PACKED_A.get();
    a.pack(packedA, PITCH, top, bottom, from, depth);
    for (int panel = panelFrom; panel < panelTo; panel++) {
      int column = panel * WIDTH;
      int width = Math.min(WIDTH, n - column);
      for (int tile = tileFrom; tile < tileTo; tile++) {
        int row = row(tile);
        int height = row(tile + 1) - row;
        int aAt = (row - top) * PITCH;
        int bAt = panel * depth * WIDTH;
        int cAt = ct + row * ldc + column;
        if (width == WIDTH) {
          GemmTile.run(height, packedA, aAt, packedB, bAt, depth, c, cAt, ldc, add);
        } else {
          float[] edge = EDGE.get();
          GemmTile.run(height, packedA, aAt, packedB, bAt, depth, edge, 0, WIDTH, false);
          copyEdge(edge, height, width, cAt, add);
        }
      }
    }
  }

  private void copyEdge(float[] edge, int height, int width, int cAt, boolean add) {
    for (int r = 0; r < height; r++) {
      for (int j = 0; j < width; j++) {
        int at = cAt + r * ldc + j;
        c[at] = add ? c[at] + edge[r * WIDTH + j] : edge[r * WIDTH + j];
      }
    }
  }

  /// C ← β·C + bias, before the first products are added.
  private void start(int top, int bottom, int left, int right) {
    for (int i = top; i < bottom; i++) {
      int row = ct + i * ldc;
      for (int j = left; j < right; j++) {
        float before = beta == 0 ? 0 : beta * c[row + j];
        c[row + j] = bias == null ? before : before + bias.array()[bias.offset() + j];
      }
    }
  }
}
