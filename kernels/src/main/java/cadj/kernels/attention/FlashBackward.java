package cadj.kernels.attention;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;

/// The backward pass by blocks: probabilities are made again from scores and lse.
///
/// Panels of queries meet the keys for dq; panels of keys meet the queries for dk and dv. The
/// scores are computed twice, but every gradient is written by one task, in a fixed order.
final class FlashBackward {
  private static final int COLUMNS = Tile.COLUMNS;
  private static final int GRAIN = 256;

  private final AttentionShape shape;
  private final Tokens dq;
  private final Tokens dk;
  private final Tokens dv;
  private final Tokens dout;
  private final Tokens q;
  private final Tokens k;
  private final Tokens v;
  private final float[] keysByToken;
  private final float[] keysByDim;
  private final float[] valuesByToken;
  private final float[] queriesByToken;
  private final float[] queriesByDim;
  private final float[] doutByToken;
  private final float[] doutByDim;

  /// lse in units of log 2, and δ = Σ dout·out, [B,heads,Nq].
  private final float[] lse2;

  private final float[] delta;

  FlashBackward(
      AttentionShape shape,
      Cpu cpu,
      F32 dq,
      F32 dk,
      F32 dv,
      F32 dout,
      F32 out,
      F32 lse,
      F32 q,
      F32 k,
      F32 v) {
    this.shape = shape;
    this.dq = Tokens.queries(shape, dq);
    this.dk = Tokens.keys(shape, dk);
    this.dv = Tokens.keys(shape, dv);
    this.dout = Tokens.queries(shape, dout);
    this.q = Tokens.queries(shape, q);
    this.k = Tokens.keys(shape, k);
    this.v = Tokens.keys(shape, v);
    this.keysByToken = this.k.byToken(cpu);
    this.keysByDim = this.k.byDim(cpu);
    this.valuesByToken = this.v.byToken(cpu);
    this.queriesByToken = this.q.byToken(cpu);
    this.queriesByDim = this.q.byDim(cpu);
    this.doutByToken = this.dout.byToken(cpu);
    this.doutByDim = this.dout.byDim(cpu);
    this.lse2 = new float[shape.batch() * shape.heads() * shape.queries()];
    this.delta = new float[lse2.length];
    Tokens output = Tokens.queries(shape, out);
    cpu.parallelRange(
        lse2.length,
        GRAIN,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            int head = i / shape.queries();
            int query = i - head * shape.queries();
            lse2[i] = (float) (lse.array()[lse.offset() + i] / Math.log(2));
            delta[i] =
                dot(
                    dout.array(),
                    this.dout.at(head, query),
                    out.array(),
                    output.at(head, query),
                    shape.dim());
          }
        });
  }

  private static float dot(float[] a, int aAt, float[] b, int bAt, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) a[aAt + i] * b[bAt + i];
    }
    return (float) sum;
  }

  void run(Cpu cpu) {
    int panels = Panels.perTask(4 * shape.dim() * COLUMNS);
    int heads = shape.batch() * shape.heads();
    int perQueries = Math.ceilDiv(shape.queries(), panels * COLUMNS);
    cpu.parallel(
        heads * perQueries,
        task -> {
          int head = task / perQueries;
          int first = (task - head * perQueries) * panels * COLUMNS;
          int count = Math.min(panels, Math.ceilDiv(shape.queries() - first, COLUMNS));
          new QueryTask(head, first, count).run();
        });
    int perKeys = Math.ceilDiv(shape.keys(), panels * COLUMNS);
    cpu.parallel(
        heads * perKeys,
        task -> {
          int head = task / perKeys;
          int first = (task - head * perKeys) * panels * COLUMNS;
          int count = Math.min(panels, Math.ceilDiv(shape.keys() - first, COLUMNS));
          new KeyTask(head, first, count).run();
        });
  }

  /// The gradient of some panels of queries of one head.
  private final class QueryTask {
    private final int head;
    private final int first;
    private final int panels;
    private final int floats = Tokens.paddedDim(shape.dim()) * COLUMNS;
    private final float[] query;
    private final float[] gradient;
    private final float[] sum;
    private final float[] lse;
    private final float[] shift;
    private final float[] scores = new float[(Panels.BLOCK + Tile.ROWS) * COLUMNS];
    private final float[] dp = new float[scores.length];
    private final float[] tile = new float[Tile.ROWS * COLUMNS];

    QueryTask(int head, int first, int panels) {
      this.head = head;
      this.first = first;
      this.panels = panels;
      this.query = new float[panels * floats];
      this.gradient = new float[panels * floats];
      this.sum = new float[panels * floats];
      this.lse = new float[panels * COLUMNS];
      this.shift = new float[panels * COLUMNS];
    }

    void run() {
      int known = Math.min(panels * COLUMNS, shape.queries() - first);
      System.arraycopy(lse2, head * shape.queries() + first, lse, 0, known);
      System.arraycopy(delta, head * shape.queries() + first, shift, 0, known);
      for (int panel = 0; panel < panels; panel++) {
        int from = first + panel * COLUMNS;
        q.intoPanel(query, panel * floats, head, from, shape.scale() * Panels.LOG2_E);
        dout.intoPanel(gradient, panel * floats, head, from, 1);
      }
      for (int key = 0; key < shape.keys(); key += Panels.BLOCK) {
        int count = Math.min(Panels.BLOCK, shape.keys() - key);
        for (int panel = 0; panel < panels; panel++) {
          if (!shape.causal() || key < first + (panel + 1) * COLUMNS) {
            meet(panel, key, count);
          }
        }
      }
      for (int panel = 0; panel < panels; panel++) {
        dq.fromPanel(sum, panel * floats, head, first + panel * COLUMNS, shape.scale());
      }
    }

    private void meet(int panel, int key, int count) {
      for (int row = 0; row < count; row += Tile.ROWS) {
        int at = k.byTokenAt(head, key + row);
        int to = row * COLUMNS;
        Tile.product(scores, to, keysByToken, at, query, panel * floats, shape.dim());
        Tile.product(dp, to, valuesByToken, at, gradient, panel * floats, shape.dim());
      }
      int firstQuery = first + panel * COLUMNS;
      if (shape.causal() && key + count - 1 > firstQuery) {
        Panels.hideLaterKeys(scores, count, key, firstQuery);
      }
      Panels.slopesByColumn(scores, dp, count, lse, shift, panel * COLUMNS);
      for (int d = 0; d < shape.dim(); d += Tile.ROWS) {
        Tile.product(tile, 0, keysByDim, k.byDimAt(head, d, key), scores, 0, count);
        Panels.add(sum, panel * floats + d * COLUMNS, tile);
      }
    }
  }

  /// The gradients of some panels of keys and values of one head.
  private final class KeyTask {
    private final int head;
    private final int first;
    private final int panels;
    private final int floats = Tokens.paddedDim(shape.dim()) * COLUMNS;
    private final float[] key;
    private final float[] value;
    private final float[] keySum;
    private final float[] valueSum;
    private final float[] scores = new float[(Panels.BLOCK + Tile.ROWS) * COLUMNS];
    private final float[] dp = new float[scores.length];
    private final float[] tile = new float[Tile.ROWS * COLUMNS];

    KeyTask(int head, int first, int panels) {
      this.head = head;
      this.first = first;
      this.panels = panels;
      this.key = new float[panels * floats];
      this.value = new float[panels * floats];
      this.keySum = new float[panels * floats];
      this.valueSum = new float[panels * floats];
    }

    void run() {
      for (int panel = 0; panel < panels; panel++) {
        int from = first + panel * COLUMNS;
        k.intoPanel(key, panel * floats, head, from, shape.scale() * Panels.LOG2_E);
        v.intoPanel(value, panel * floats, head, from, 1);
      }
      for (int query = 0; query < shape.queries(); query += Panels.BLOCK) {
        int count = Math.min(Panels.BLOCK, shape.queries() - query);
        for (int panel = 0; panel < panels; panel++) {
          if (!shape.causal() || query + count > first + panel * COLUMNS) {
            meet(panel, query, count);
          }
        }
      }
      for (int panel = 0; panel < panels; panel++) {
        int from = first + panel * COLUMNS;
        dk.fromPanel(keySum, panel * floats, head, from, shape.scale());
        dv.fromPanel(valueSum, panel * floats, head, from, 1);
      }
    }

    private void meet(int panel, int query, int count) {
      for (int row = 0; row < count; row += Tile.ROWS) {
        int at = q.byTokenAt(head, query + row);
        int to = row * COLUMNS;
        Tile.product(scores, to, queriesByToken, at, key, panel * floats, shape.dim());
        Tile.product(dp, to, doutByToken, at, value, panel * floats, shape.dim());
      }
      int firstKey = first + panel * COLUMNS;
      if (shape.causal() && query < firstKey + COLUMNS - 1) {
        Panels.hideFromEarlierQueries(scores, count, query, firstKey);
      }
      Panels.slopesByRow(scores, dp, count, lse2, delta, head * shape.queries() + query);
      for (int d = 0; d < shape.dim(); d += Tile.ROWS) {
        int to = panel * floats + d * COLUMNS;
        Tile.product(tile, 0, doutByDim, q.byDimAt(head, d, query), scores, 0, count);
        Panels.add(valueSum, to, tile);
        Tile.product(tile, 0, queriesByDim, q.byDimAt(head, d, query), dp, 0, count);
        Panels.add(keySum, to, tile);
      }
    }
  }
}
