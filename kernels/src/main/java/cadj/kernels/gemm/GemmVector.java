package cadj.kernels.gemm;

import static cadj.kernels.gemm.GemmTile.MAX_HEIGHT;
import static cadj.kernels.gemm.GemmTile.MAX_K;
import static cadj.kernels.gemm.GemmTile.PITCH;
import static cadj.kernels.gemm.GemmTile.WIDTH;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Packed, register-blocked product in the manner of Goto & van de Geijn (2008).
///
/// k is split into even blocks that fit a pack. Per block, B is packed once, in parallel, into
/// panels of two vectors' width; then tasks, each a block of rows times a range of panels, pack
/// their rows of A into a buffer of their thread and run register tiles ([GemmTile]) along the
/// panels. A panel stays in the first cache while the rows of a block pass. Every element of C is
/// one chain over k whatever the tasks, so results do not depend on the number of threads.
final class GemmVector implements GemmKernel {
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

  private final Cpu cpu;

  GemmVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void multiply(GemmShape s, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias) {
    F32 first = F32.of(c);
    F32 left = F32.of(a);
    F32 right = F32.of(b);
    F32 row = bias == null ? null : F32.of(bias);
    if (s.m() == 0 || s.n() == 0) {
      return;
    }
    cpu.parallel(
        s.batch(),
        i ->
            new Product(
                    s,
                    first.array(),
                    first.offset() + i * s.strideC(),
                    left.array(),
                    left.offset() + i * s.strideA(),
                    right.array(),
                    right.offset() + i * s.strideB(),
                    row)
                .run(cpu));
  }

  /// One matrix of the batch: sizes, and where its operands begin.
  private record Product(
      GemmShape s, float[] c, int ct, float[] a, int at, float[] b, int bt, @Nullable F32 bias) {

    void run(Cpu cpu) {
      int tiles = Math.ceilDiv(s.m(), MAX_HEIGHT);
      int panels = Math.ceilDiv(s.n(), WIDTH);
      int rowBlocks = Math.ceilDiv(tiles, BLOCK_TILES);
      int splits =
          Math.clamp(Math.ceilDiv(TASKS, rowBlocks), 1, Math.ceilDiv(panels, PANELS_PER_TASK));
      boolean small = (long) s.m() * s.n() * s.k() < SMALL;
      int kBlocks = Math.max(1, Math.ceilDiv(s.k(), MAX_K));
      float[] packedB = packedB(panels * WIDTH * Math.ceilDiv(s.k(), kBlocks));
      for (int block = 0; block < kBlocks; block++) {
        int from = (int) ((long) s.k() * block / kBlocks);
        int depth = (int) ((long) s.k() * (block + 1) / kBlocks) - from;
        each(cpu, small, panels, panel -> packB(packedB, panel, from, depth));
        each(
            cpu,
            small,
            rowBlocks * splits,
            task -> {
              int rows = task / splits;
              int split = task % splits;
              multiplyBlock(
                  packedB,
                  from,
                  depth,
                  tiles,
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

    /// First row of tile `tile`: rows are spread evenly, so heights differ by one at most.
    private int row(int tile, int tiles) {
      return (int) ((long) s.m() * tile / tiles);
    }

    private void multiplyBlock(
        float[] packedB,
        int from,
        int depth,
        int tiles,
        int tileFrom,
        int tileTo,
        int panelFrom,
        int panelTo) {
      int top = row(tileFrom, tiles);
      int bottom = row(tileTo, tiles);
      boolean starts = from == 0 && (bias != null || s.beta() != 0 || depth == 0);
      if (starts) {
        start(top, bottom, panelFrom * WIDTH, Math.min(s.n(), panelTo * WIDTH));
      }
      boolean add = starts || from > 0;
      float[] packedA = PACKED_A.get();
      packA(packedA, top, bottom, from, depth);
      for (int panel = panelFrom; panel < panelTo; panel++) {
        int column = panel * WIDTH;
        int width = Math.min(WIDTH, s.n() - column);
        for (int tile = tileFrom; tile < tileTo; tile++) {
          int row = row(tile, tiles);
          int height = row(tile + 1, tiles) - row;
          int aAt = (row - top) * PITCH;
          int bAt = panel * depth * WIDTH;
          int cAt = ct + row * s.ldc() + column;
          if (width == WIDTH) {
            GemmTile.run(height, packedA, aAt, packedB, bAt, depth, c, cAt, s.ldc(), add);
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
          int at = cAt + r * s.ldc() + j;
          c[at] = add ? c[at] + edge[r * WIDTH + j] : edge[r * WIDTH + j];
        }
      }
    }

    /// C ← β·C + bias, before the first products are added.
    private void start(int top, int bottom, int left, int right) {
      for (int i = top; i < bottom; i++) {
        int row = ct + i * s.ldc();
        for (int j = left; j < right; j++) {
          float before = s.beta() == 0 ? 0 : s.beta() * c[row + j];
          c[row + j] = bias == null ? before : before + bias.array()[bias.offset() + j];
        }
      }
    }

    /// Rows top … bottom−1 of op(A), columns from … from+depth−1, [#PITCH] apart.
    private void packA(float[] packed, int top, int bottom, int from, int depth) {
      if (!s.transA()) {
        for (int i = top; i < bottom; i++) {
          System.arraycopy(a, at + i * s.lda() + from, packed, (i - top) * PITCH, depth);
        }
        return;
      }
      int rows = bottom - top;
      int source = at + from * s.lda() + top;
      int p = 0;
      for (; p <= depth - 4; p += 4) {
        int r0 = source + p * s.lda();
        int r1 = r0 + s.lda();
        int r2 = r1 + s.lda();
        int r3 = r2 + s.lda();
        for (int i = 0; i < rows; i++) {
          int to = i * PITCH + p;
          packed[to] = a[r0 + i];
          packed[to + 1] = a[r1 + i];
          packed[to + 2] = a[r2 + i];
          packed[to + 3] = a[r3 + i];
        }
      }
      for (; p < depth; p++) {
        for (int i = 0; i < rows; i++) {
          packed[i * PITCH + p] = a[source + p * s.lda() + i];
        }
      }
    }

    /// Panel `panel` of op(B), rows from … from+depth−1, k-major, zeros beyond the last column.
    private void packB(float[] packed, int panel, int from, int depth) {
      int column = panel * WIDTH;
      int width = Math.min(WIDTH, s.n() - column);
      int to = panel * depth * WIDTH;
      if (width < WIDTH) {
        Arrays.fill(packed, to, to + depth * WIDTH, 0f);
      }
      if (!s.transB()) {
        for (int p = 0; p < depth; p++) {
          int source = bt + (from + p) * s.ldb() + column;
          System.arraycopy(b, source, packed, to + p * WIDTH, width);
        }
        return;
      }
      int j = 0;
      for (; j <= width - 4; j += 4) {
        int c0 = bt + (column + j) * s.ldb() + from;
        int c1 = c0 + s.ldb();
        int c2 = c1 + s.ldb();
        int c3 = c2 + s.ldb();
        for (int p = 0; p < depth; p++) {
          int at = to + p * WIDTH + j;
          packed[at] = b[c0 + p];
          packed[at + 1] = b[c1 + p];
          packed[at + 2] = b[c2 + p];
          packed[at + 3] = b[c3 + p];
        }
      }
      for (; j < width; j++) {
        int source = bt + (column + j) * s.ldb() + from;
        for (int p = 0; p < depth; p++) {
          packed[to + p * WIDTH + j] = b[source + p];
        }
      }
    }
  }
}
