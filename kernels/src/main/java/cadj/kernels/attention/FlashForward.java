package cadj.kernels.attention;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;

/// The forward pass by blocks, Dao et al. 2022 (arXiv:2205.14135): panels of queries stand in lanes
/// and meet the keys block by block, with a running maximum and sum.
///
/// With queries in lanes maxima and sums need no work across lanes. A block's part of the output is
/// summed by itself and then added, which keeps rounding errors from growing with the keys.
final class FlashForward {
  private static final int COLUMNS = Tile.COLUMNS;

  private final AttentionShape shape;
  private final Tokens out;
  private final F32 lse;
  private final Tokens q;
  private final Tokens k;
  private final Tokens v;
  private final float[] keys;
  private final float[] values;

  FlashForward(AttentionShape shape, Cpu cpu, F32 out, F32 lse, F32 q, F32 k, F32 v) {
    this.shape = shape;
    this.out = Tokens.queries(shape, out);
    this.lse = lse;
    this.q = Tokens.queries(shape, q);
    this.k = Tokens.keys(shape, k);
    this.v = Tokens.keys(shape, v);
    this.keys = this.k.byToken(cpu);
    this.values = this.v.byDim(cpu);
  }

  void run(Cpu cpu) {
    int panels = Panels.perTask(2 * shape.dim() * COLUMNS);
    int perHead = Math.ceilDiv(shape.queries(), panels * COLUMNS);
    cpu.parallel(
        shape.batch() * shape.heads() * perHead,
        task -> {
          int head = task / perHead;
          int first = (task - head * perHead) * panels * COLUMNS;
          int count = Math.min(panels, Math.ceilDiv(shape.queries() - first, COLUMNS));
          new Task(head, first, count).run();
        });
  }

  /// Some panels of queries of one head.
  private final class Task {
    private final int head;
    private final int first;
    private final int panels;
    private final float[] query;
    private final float[] output;
    private final float[] max;
    private final float[] sum;
    private final float[] scores = new float[(Panels.BLOCK + Tile.ROWS) * COLUMNS];
    private final float[] tile = new float[Tile.ROWS * COLUMNS];
    private final float[] factor = new float[COLUMNS];
    private final int queryFloats = shape.dim() * COLUMNS;
    private final int outputFloats = Tokens.paddedDim(shape.dim()) * COLUMNS;

    Task(int head, int first, int panels) {
      this.head = head;
      this.first = first;
      this.panels = panels;
      this.query = new float[panels * queryFloats];
      this.output = new float[panels * outputFloats];
      this.max = new float[panels * COLUMNS];
      this.sum = new float[panels * COLUMNS];
      Arrays.fill(max, Float.NEGATIVE_INFINITY);
    }

    void run() {
      for (int panel = 0; panel < panels; panel++) {
        q.intoPanel(
            query,
            panel * queryFloats,
            head,
            first + panel * COLUMNS,
            shape.scale() * Panels.LOG2_E);
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
        finish(panel);
      }
    }

    /// One panel of queries and `count` keys from `key`.
    private void meet(int panel, int key, int count) {
      for (int row = 0; row < count; row += Tile.ROWS) {
        Tile.product(
            scores,
            row * COLUMNS,
            keys,
            k.byTokenAt(head, key + row),
            query,
            panel * queryFloats,
            shape.dim());
      }
      int firstQuery = first + panel * COLUMNS;
      if (shape.causal() && key + count - 1 > firstQuery) {
        Panels.hideLaterKeys(scores, count, key, firstQuery);
      }
      Panels.raise(scores, count, max, panel * COLUMNS, factor);
      Panels.powers(scores, count, max, sum, panel * COLUMNS, factor);
      for (int d = 0; d < shape.dim(); d += Tile.ROWS) {
        Tile.product(tile, 0, values, v.byDimAt(head, d, key), scores, 0, count);
        Panels.scaleAndAdd(output, panel * outputFloats + d * COLUMNS, factor, tile);
      }
    }

    private void finish(int panel) {
      int firstQuery = first + panel * COLUMNS;
      int lseAt = lse.offset() + head * shape.queries() + firstQuery;
      for (int column = 0; column < COLUMNS; column++) {
        int at = panel * COLUMNS + column;
        factor[column] = 1 / sum[at];
        if (firstQuery + column < shape.queries()) {
          lse.array()[lseAt + column] = (float) (max[at] * Math.log(2) + Math.log(sum[at]));
        }
      }
      Panels.scale(output, panel * outputFloats, shape.dim(), factor);
      out.fromPanel(output, panel * outputFloats, head, firstQuery, 1);
    }
  }
}
