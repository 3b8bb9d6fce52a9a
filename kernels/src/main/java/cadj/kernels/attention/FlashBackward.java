package cadj.kernels.attention;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.ThreadScratch;
import cadj.kernels.gemm.GemmTile;
import cadj.kernels.vectormath.Rows;
import cadj.kernels.vectormath.SumLoops;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// FlashAttention's backward pass: probabilities are recomputed from scores and lse.
///
/// ```
/// p  = exp(scale·q kᵀ − lse)              δ  = Σ dout·out, per query
/// dp = dout vᵀ                            ds = p·(dp − δ)
/// dv = pᵀ dout      dk = scale·dsᵀ q      dq = scale·ds k
/// ```
///
/// Panels of keys go over the queries block by block, once, and gather dk and dv. Their parts of dq
/// are added up per group of panels; the groups, whose number depends on the shape alone, are
/// summed at the end. So every sum has its fixed order. Gradients that are null are not computed,
/// and the others are the same bits.
final class FlashBackward {
  private static final int COLUMNS = Panels.COLUMNS;
  private static final int GRAIN = 256;

  /// Tasks worth splitting a head's keys into groups for.
  private static final int TASKS = 32;

  /// Floats of dq kept in all groups, about.
  private static final int GROUP_FLOATS = 1 << 23;

  private static final ThreadScratch PARTS = new ThreadScratch();
  private static final ThreadLocal<PackedRows> QUERIES = ThreadLocal.withInitial(PackedRows::new);
  private static final ThreadLocal<PackedRows> GRADIENTS = ThreadLocal.withInitial(PackedRows::new);
  private static final ThreadLocal<PackedRows> SLOPES = ThreadLocal.withInitial(PackedRows::new);

  private final AttentionShape shape;
  private final @Nullable TokenPanels dq;
  private final @Nullable TokenPanels dk;
  private final @Nullable TokenPanels dv;
  private final TokenPanels dout;
  private final TokenPanels out;
  private final TokenPanels q;
  private final TokenPanels k;
  private final TokenPanels v;
  private final F32 lse;
  private final int heads;

  /// lse in units of log 2, and δ = Σ dout·out, [B,heads,Nq].
  private final float[] lse2;

  private final float[] delta;

  /// Panels of keys in a chunk: those that meet a block of queries together.
  private final int chunk;

  private final int chunks;
  private final int groups;

  /// dq/scale in parts, [groups][B,heads,Nq][dim in whole panels].
  private final float[] parts;

  private final int partWidth;

  FlashBackward(
      AttentionShape shape,
      @Nullable F32 dq,
      @Nullable F32 dk,
      @Nullable F32 dv,
      F32 dout,
      F32 out,
      F32 lse,
      F32 q,
      F32 k,
      F32 v) {
    this.shape = shape;
    this.dq = dq == null ? null : TokenPanels.queries(shape, dq);
    this.dk = dk == null ? null : TokenPanels.keys(shape, dk);
    this.dv = dv == null ? null : TokenPanels.keys(shape, dv);
    this.dout = TokenPanels.queries(shape, dout);
    this.out = TokenPanels.queries(shape, out);
    this.q = TokenPanels.queries(shape, q);
    this.k = TokenPanels.keys(shape, k);
    this.v = TokenPanels.keys(shape, v);
    this.lse = lse;
    this.heads = shape.batch() * shape.heads();
    this.lse2 = new float[heads * shape.queries()];
    this.delta = new float[lse2.length];
    this.chunk = Math.min(Panels.perTask(4 * shape.dim()), GemmTile.MAX_K / COLUMNS);
    this.chunks = Math.ceilDiv(shape.keys(), chunk * COLUMNS);
    this.partWidth = Math.ceilDiv(shape.dim(), COLUMNS) * COLUMNS;
    int most = Math.max(1, GROUP_FLOATS / Math.max(1, lse2.length * partWidth));
    this.groups =
        Math.clamp(Math.ceilDiv(TASKS, Math.max(1, heads)), 1, Math.clamp(chunks, 1, most));
    this.parts = PARTS.atLeast(dq == null ? 0 : groups * lse2.length * partWidth);
  }

  void run(Cpu cpu) {
    int grains = Math.ceilDiv(lse2.length, GRAIN);
    Panels.parallel(cpu, shape, grains, this::findDelta);
    Panels.parallel(
        cpu, shape, heads * groups, task -> new Task(task / groups, task % groups).run());
    if (dq != null) {
      Panels.parallel(cpu, shape, grains, grain -> sumParts(dq, grain));
    }
  }

  /// δ of some rows of out, which lie [B,Nq,heads], put where lse has them, [B,heads,Nq]; and as
  /// many of lse2.
  private void findDelta(int grain) {
    int from = grain * GRAIN;
    int to = Math.min(lse2.length, from + GRAIN);
    int dim = shape.dim();
    double[] dots =
        SumLoops.ofExactProducts(
            new Rows(dout.data(), dim).seek(from, to), new Rows(out.data(), dim).seek(from, to));
    for (int row = from; row < to; row++) {
      int token = row / shape.heads();
      int head = token / shape.queries() * shape.heads() + row % shape.heads();
      delta[head * shape.queries() + token % shape.queries()] = (float) dots[row - from];
    }
    for (int i = from; i < to; i++) {
      lse2[i] = (float) (lse.array()[lse.offset() + i] / Math.log(2));
    }
  }

  private void sumParts(TokenPanels dq, int grain) {
    float[] sums = dq.data().array();
    for (int i = grain * GRAIN; i < Math.min(lse2.length, (grain + 1) * GRAIN); i++) {
      int head = i / shape.queries();
      int to = dq.at(head, i - head * shape.queries());
      PanelLoops.sum(
          sums,
          to,
          shape.dim(),
          parts,
          i * partWidth,
          lse2.length * partWidth,
          groups,
          shape.scale());
    }
  }

  /// One group of chunks of keys of one head.
  private final class Task {
    private final int head;
    private final int group;
    private final int floats = shape.dim() * COLUMNS;
    private final PackedRows queries = QUERIES.get();
    private final PackedRows gradients = GRADIENTS.get();
    private final PackedRows slopes = SLOPES.get();
    private final int size = Math.min(chunk, Math.ceilDiv(shape.keys(), COLUMNS));
    private final float[] key = new float[size * floats];
    private final float[] value = new float[size * floats];
    private final float[] keySum = new float[size * floats];
    private final float[] valueSum = new float[size * floats];

    /// [dim in panels][keys][COLUMNS]
    private final float[] keyColumns = new float[size * COLUMNS * partWidth];

    private final float[] scores = new float[Math.min(Panels.BLOCK, shape.queries()) * COLUMNS];
    private final float[] dp = new float[scores.length];

    Task(int head, int group) {
      this.head = head;
      this.group = group;
    }

    void run() {
      int begin = chunks * group / groups;
      for (int i = begin; i < chunks * (group + 1) / groups; i++) {
        int first = i * chunk * COLUMNS;
        meet(first, Math.min(chunk * COLUMNS, shape.keys() - first), i > begin);
      }
    }

    /// `count` keys from `first` and all queries.
    ///
    /// @param add whether to add to the group's part of dq, or to write it: its first chunk
    private void meet(int first, int count, boolean add) {
      int panels = Math.ceilDiv(count, COLUMNS);
      for (int panel = 0; panel < panels; panel++) {
        k.intoPanel(key, panel * floats, head, first + panel * COLUMNS);
        v.intoPanel(value, panel * floats, head, first + panel * COLUMNS);
      }
      PanelLoops.scale(key, 0, panels * floats, shape.scale() * Panels.LOG2_E);
      if (dq != null) {
        k.intoColumns(keyColumns, size * COLUMNS, head, first, count);
      }
      Arrays.fill(keySum, 0);
      Arrays.fill(valueSum, 0);
      for (int query = 0; query < shape.queries(); query += Panels.BLOCK) {
        int rows = Math.min(Panels.BLOCK, shape.queries() - query);
        int seen = shape.causal() ? Math.min(count, query + rows - first) : count;
        if (seen > 0) {
          meet(first, seen, query, rows, add);
        } else if (dq != null && !add) {
          int from = partAt(query);
          Arrays.fill(parts, from, from + rows * partWidth, 0);
        }
      }
      for (int panel = 0; panel < panels; panel++) {
        if (dk != null) {
          dk.fromPanel(keySum, panel * floats, head, first + panel * COLUMNS, shape.scale());
        }
        if (dv != null) {
          dv.fromPanel(valueSum, panel * floats, head, first + panel * COLUMNS, 1);
        }
      }
    }

    private void meet(int first, int count, int query, int rows, boolean add) {
      queries.load(q, head, query, rows);
      gradients.load(dout, head, query, rows);
      slopes.resize(rows, count);
      int rowAt = head * shape.queries() + query;
      for (int at = 0; at < count; at += COLUMNS) {
        int panelAt = at * shape.dim();
        queries.times(key, panelAt, scores, 0, COLUMNS, false);
        gradients.times(value, panelAt, dp, 0, COLUMNS, false);
        if (shape.causal() && query < first + at + COLUMNS - 1) {
          PanelLoops.hideFromEarlierQueries(scores, rows, query, first + at);
        }
        PanelLoops.slopes(scores, dp, rows, lse2, delta, rowAt, slopes.packed(), at);
        if (dv != null) {
          gradients.transposedTimes(scores, valueSum, panelAt, true);
        }
        if (dk != null) {
          queries.transposedTimes(dp, keySum, panelAt, true);
        }
      }
      if (dq == null) {
        return;
      }
      int to = partAt(query);
      for (int d = 0; d < shape.dim(); d += COLUMNS) {
        slopes.times(keyColumns, d * size * COLUMNS, parts, to + d, partWidth, add);
      }
    }

    /// Where the group's part of dq begins for a query of the head.
    private int partAt(int query) {
      return (group * lse2.length + head * shape.queries() + query) * partWidth;
    }
  }
}
