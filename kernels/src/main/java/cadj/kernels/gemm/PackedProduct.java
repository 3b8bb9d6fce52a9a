package cadj.kernels.gemm;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.ThreadScratch;
import cadj.kernels.vectormath.Axpy;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Packed, register-blocked product C = A·B + β·C (+ bias) (+ residual), in the manner of Goto &
/// van de Geijn (2008).
///
/// How operands are packed is left to the caller, so that a convolution packs shifted pixels where
/// a matrix product packs rows. k is split into blocks that fit a pack. The operand with fewer rows
/// or columns to share is packed once, in parallel, as many k blocks at a time as [#SLAB] holds;
/// then tasks, each a part of C, pack what they need of the other into a buffer of their thread and
/// run register tiles ([GemmTile]):
///
/// - B shared (few columns, or B is small): a task is a block of rows times a range of panels;
/// - A shared (few rows): a task is a range of panels. Every element of B is then touched once.
///
/// Every element of C is one chain over k, whatever the tasks, so the cut into tasks may follow the
/// number of threads and yet change no bit.
///
/// @param transposed whether A is packed as its transpose ([TransposedTile]), a row for each term:
///   where it is stored like that, packing is copying
/// @param m rows of A and C
/// @param n columns of B and C
/// @param k columns of A, rows of B
/// @param depth terms in a block of k, at most [#MAX_DEPTH]; see [#evenDepth]
/// @param c the array that holds C, its element (i,j) at `ct + i·ldc + j`
/// @param bias [n], added to every row, or null
/// @param residual [m,n] with rows `ldc` apart, added, or null; not C itself
public record PackedProduct(
    boolean transposed,
    int m,
    int n,
    int k,
    int depth,
    float beta,
    float[] c,
    int ct,
    int ldc,
    @Nullable F32 bias,
    @Nullable F32 residual) {
  /// Distance of rows in packed A.
  public static final int PITCH = GemmTile.PITCH;

  /// Distance of rows in a panel of packed B; columns of a panel.
  public static final int WIDTH = GemmTile.WIDTH;

  public static final int MAX_DEPTH = GemmTile.MAX_K;

  /// Most rows of a register tile.
  public static final int MAX_HEIGHT = GemmTile.MAX_HEIGHT;

  /// Tiles in a block of rows: about 140 rows, so that the packed block fits the second cache.
  private static final int BLOCK_TILES = Math.ceilDiv(140, MAX_HEIGHT);

  /// The same of a transposed A: as many as the pitch has room for, which are long runs to copy.
  private static final int TRANSPOSED_TILES = PITCH / MAX_HEIGHT;

  /// Fewest tiles in a block of rows that is cut for the sake of more tasks.
  private static final int FEW_TILES = 5;

  /// Products with fewer multiplications run in the calling thread.
  static final long SMALL = 1 << 19;

  /// Elements of the shared operand packed at a time: 4 MB.
  static final int SLAB = 1 << 20;

  /// B is shared up to this many elements, even if A has fewer: it stays in a cache. (Not if A is
  /// transposed.)
  static final int SMALL_B = 1 << 20;

  /// Panels in a task: enough that packing A does not outweigh its use, few enough that the task's
  /// own panels fit the second cache.
  private static final int PANELS = 4;

  private static final int TASKS_PER_THREAD = 4;

  private static final ThreadScratch SHARED = new ThreadScratch();
  private static final ThreadLocal<float[]> OWN_A =
      ThreadLocal.withInitial(() -> new float[MAX_DEPTH * PITCH]);
  private static final ThreadLocal<float[]> OWN_B =
      ThreadLocal.withInitial(() -> new float[PANELS * WIDTH * MAX_DEPTH]);
  private static final ThreadLocal<float[]> EDGE =
      ThreadLocal.withInitial(() -> new float[MAX_HEIGHT * WIDTH]);

  /// Writes A[top … bottom−1, from … from+depth−1] to `packed`, row i from `at + (i − top)·PITCH`
  /// on; if [#transposed], term p of all rows from `at + (p − from)·PITCH` on.
  @FunctionalInterface
  public interface RowPacker {
    void pack(float[] packed, int at, int top, int bottom, int from, int depth);
  }

  /// Writes B[from … from+depth−1, column … column+width−1] to `packed`, row p from `at + p·WIDTH`
  /// on.
  @FunctionalInterface
  public interface PanelPacker {
    void pack(float[] packed, int at, int column, int width, int from, int depth);
  }

  /// Depth that splits `k` into even blocks.
  public static int evenDepth(int k) {
    return Math.ceilDiv(k, Math.max(1, Math.ceilDiv(k, MAX_DEPTH)));
  }

  /// One register tile C [height, WIDTH] (+)= A·B of operands packed already: `height` ≤
  /// [#MAX_HEIGHT] rows of A, [#PITCH] apart, and one panel of B with `terms` ≤ [#MAX_DEPTH] rows.
  public static void tile(
      int height,
      float[] packedA,
      int at,
      float[] packedB,
      int bt,
      int terms,
      float[] c,
      int ct,
      int ldc,
      boolean add) {
    GemmTile.run(height, packedA, at, packedB, bt, terms, c, ct, ldc, add);
  }

  private void registerTile(
      int height,
      float[] packedA,
      int at,
      float[] packedB,
      int bt,
      int terms,
      float[] c,
      int ct,
      int ldc,
      boolean add) {
    if (transposed) {
      TransposedTile.run(height, packedA, at, packedB, bt, terms, c, ct, ldc, add);
    } else {
      GemmTile.run(height, packedA, at, packedB, bt, terms, c, ct, ldc, add);
    }
  }

  public void run(Cpu cpu, RowPacker a, PanelPacker b) {
    run(cpu, a, b, SLAB, SMALL_B);
  }

  /// The same with other limits, so that small products of a test meet them.
  ///
  /// @param slab elements of the shared operand packed at a time, in place of [#SLAB]
  /// @param smallB as [#SMALL_B]
  void run(Cpu cpu, RowPacker a, PanelPacker b, int slab, int smallB) {
    if (m == 0 || n == 0) {
      return;
    }
    if (k == 0) {
      start(0, m, 0, n);
      addResidual(0, m, 0, n);
    } else if (sharesB(cpu, smallB)) {
      shareB(cpu, a, b, slab);
    } else {
      shareA(cpu, a, b, slab);
    }
  }

  /// The smaller operand is shared; B also if it is small, and A also if it is transposed, has one
  /// block of rows and enough panels for all threads to meet it.
  private boolean sharesB(Cpu cpu, int smallB) {
    if (!transposed) {
      return m >= n || (long) k * n <= smallB;
    }
    boolean oneBlock = tiles() <= TRANSPOSED_TILES;
    return m >= n && !(oneBlock && panels() >= TASKS_PER_THREAD * cpu.threads());
  }

  private void shareB(Cpu cpu, RowPacker a, PanelPacker b, int slabSize) {
    int panels = panels();
    int tasks = TASKS_PER_THREAD * cpu.threads();
    int rowBlocks = rowBlocks(transposed ? tasks : 1);
    int most = Math.ceilDiv(panels, PANELS);
    if (2 * rowBlocks * most < tasks) { // better to pack A more often than to let threads idle
      most = panels;
    }
    int splits = Math.clamp(Math.ceilDiv(tasks, rowBlocks), 1, most);
    int size = panels * WIDTH * depth;
    int slab = slab(size, slabSize);
    float[] shared = SHARED.atLeast(slab * size);
    for (int first = 0; first < kBlocks(); first += slab) {
      int start = first;
      int end = Math.min(first + slab, kBlocks());
      each(
          cpu,
          panels * (end - start),
          task -> {
            int block = start + task / panels;
            int panel = task % panels;
            packPanel(b, shared, (block - start) * size + panel * WIDTH * depth, panel, block);
          });
      each(
          cpu,
          rowBlocks * splits,
          task -> {
            int rows = task / splits;
            int split = task % splits;
            int panel = part(panels, split, splits);
            int lastPanel = part(panels, split + 1, splits);
            float[] own = OWN_A.get();
            for (int block = start; block < end; block++) {
              packRows(a, own, 0, rows, rowBlocks, block);
              multiply(
                  block,
                  part(tiles(), rows, rowBlocks),
                  part(tiles(), rows + 1, rowBlocks),
                  panel,
                  lastPanel,
                  own,
                  0,
                  shared,
                  (block - start) * size + panel * WIDTH * depth);
            }
          });
    }
  }

  private void shareA(Cpu cpu, RowPacker a, PanelPacker b, int slabSize) {
    int rowBlocks = rowBlocks(1);
    int panels = panels();
    int tasks = Math.max(Math.ceilDiv(panels, PANELS), TASKS_PER_THREAD * cpu.threads());
    int splits = panels < 2 * tasks ? panels : tasks; // else some would take twice as long
    int size = (transposed ? rowBlocks * depth : m) * PITCH;
    int slab = slab(size, slabSize);
    float[] shared = SHARED.atLeast(slab * size);
    for (int first = 0; first < kBlocks(); first += slab) {
      int start = first;
      int end = Math.min(first + slab, kBlocks());
      each(
          cpu,
          rowBlocks * (end - start),
          task -> {
            int block = start + task / rowBlocks;
            int rows = task % rowBlocks;
            int to = (block - start) * size + sharedRow(rows, rowBlocks) * PITCH;
            packRows(a, shared, to, rows, rowBlocks, block);
          });
      each(
          cpu,
          splits,
          split -> {
            int panel = part(panels, split, splits);
            int lastPanel = part(panels, split + 1, splits);
            float[] own = OWN_B.get();
            for (int block = start; block < end; block++) {
              for (int i = panel; i < lastPanel; i++) {
                packPanel(b, own, (i - panel) * WIDTH * depth, i, block);
              }
              for (int rows = 0; rows < rowBlocks; rows++) {
                multiply(
                    block,
                    part(tiles(), rows, rowBlocks),
                    part(tiles(), rows + 1, rowBlocks),
                    panel,
                    lastPanel,
                    shared,
                    (block - start) * size + sharedRow(rows, rowBlocks) * PITCH,
                    own,
                    0);
              }
            }
          });
    }
  }

  private void each(Cpu cpu, int tasks, IntConsumer body) {
    if ((long) m * n * k < SMALL) {
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
    } else {
      cpu.parallel(tasks, body);
    }
  }

  private int kBlocks() {
    return Math.ceilDiv(k, depth);
  }

  /// k blocks packed at a time, if each takes `size` elements and `most` may be packed.
  private int slab(int size, int most) {
    return Math.clamp(most / size, 1, kBlocks());
  }

  private int panels() {
    return Math.ceilDiv(n, WIDTH);
  }

  private int tiles() {
    return Math.ceilDiv(m, MAX_HEIGHT);
  }

  /// Blocks of rows: at least so many, unless those would be too small.
  private int rowBlocks(int wanted) {
    int least = Math.ceilDiv(tiles(), transposed ? TRANSPOSED_TILES : BLOCK_TILES);
    return Math.max(least, Math.min(wanted, tiles() / FEW_TILES));
  }

  /// Which row of a shared A a block begins with.
  private int sharedRow(int rowBlock, int rowBlocks) {
    return transposed ? rowBlock * depth : row(part(tiles(), rowBlock, rowBlocks));
  }

  /// First row of a tile; heights differ by one at most.
  private int row(int tile) {
    return part(m, tile, tiles());
  }

  /// Where part `index` of `parts` begins, if `items` are spread evenly.
  private static int part(int items, int index, int parts) {
    return (int) ((long) items * index / parts);
  }

  private void packRows(
      RowPacker a, float[] packed, int at, int rowBlock, int rowBlocks, int block) {
    int from = block * depth;
    int top = row(part(tiles(), rowBlock, rowBlocks));
    int bottom = row(part(tiles(), rowBlock + 1, rowBlocks));
    a.pack(packed, at, top, bottom, from, Math.min(depth, k - from));
  }

  private void packPanel(PanelPacker b, float[] packed, int at, int panel, int block) {
    int column = panel * WIDTH;
    int width = Math.min(WIDTH, n - column);
    int from = block * depth;
    b.pack(packed, at, column, width, from, Math.min(depth, k - from));
  }

  /// Adds one k block to the part of C in rows of tiles `tile` … `lastTile−1` and columns of
  /// `panel` … `lastPanel−1`, whose operands begin at `at` and `bt`.
  private void multiply(
      int block,
      int tile,
      int lastTile,
      int panel,
      int lastPanel,
      float[] packedA,
      int at,
      float[] packedB,
      int bt) {
    int top = row(tile);
    boolean starts = block == 0 && (bias != null || beta != 0);
    if (starts) {
      start(top, row(lastTile), panel * WIDTH, Math.min(n, lastPanel * WIDTH));
    }
    boolean add = starts || block > 0;
    int terms = Math.min(depth, k - block * depth);
    for (int j = panel; j < lastPanel; j++) {
      int column = j * WIDTH;
      int width = Math.min(WIDTH, n - column);
      int b = bt + (j - panel) * WIDTH * depth;
      for (int i = tile; i < lastTile; i++) {
        int row = row(i);
        int height = row(i + 1) - row;
        int a = at + (row - top) * (transposed ? 1 : PITCH);
        int to = ct + row * ldc + column;
        if (width == WIDTH) {
          registerTile(height, packedA, a, packedB, b, terms, c, to, ldc, add);
        } else {
          float[] edge = EDGE.get();
          registerTile(height, packedA, a, packedB, b, terms, edge, 0, WIDTH, false);
          copyEdge(edge, height, width, to, add);
        }
      }
    }
    if (block == kBlocks() - 1) {
      addResidual(top, row(lastTile), panel * WIDTH, Math.min(n, lastPanel * WIDTH));
    }
  }

  private void copyEdge(float[] edge, int height, int width, int to, boolean add) {
    for (int r = 0; r < height; r++) {
      for (int j = 0; j < width; j++) {
        int at = to + r * ldc + j;
        c[at] = add ? c[at] + edge[r * WIDTH + j] : edge[r * WIDTH + j];
      }
    }
  }

  /// C ← β·C + bias, before the first products are added.
  private void start(int top, int bottom, int left, int right) {
    for (int i = top; i < bottom; i++) {
      int row = ct + i * ldc;
      if (beta != 0) {
        for (int j = left; j < right; j++) {
          c[row + j] = beta * c[row + j] + (bias == null ? 0 : bias.array()[bias.offset() + j]);
        }
      } else if (bias == null) {
        Arrays.fill(c, row + left, row + right, 0f);
      } else {
        System.arraycopy(bias.array(), bias.offset() + left, c, row + left, right - left);
      }
    }
  }

  /// C ← C + residual, once all products are added: the bits are those of an addition by itself.
  private void addResidual(int top, int bottom, int left, int right) {
    if (residual == null) {
      return;
    }
    for (int i = top; i < bottom; i++) {
      int at = i * ldc + left;
      Axpy.run(c, ct + at, 1, residual.array(), residual.offset() + at, right - left);
    }
  }
}
