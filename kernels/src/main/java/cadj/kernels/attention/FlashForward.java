package cadj.kernels.attention;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;

/// FlashAttention's forward pass, Dao et al. 2022 (arXiv:2205.14135): a panel of queries, one in
/// each vector lane, goes over the keys block by block with a running maximum and sum (online
/// softmax).
///
/// With queries in lanes maxima and sums need no work across lanes. A block's part of the output is
/// summed by itself and then added, which keeps rounding errors from growing with the keys.
final class FlashForward {
  private static final int COLUMNS = Panels.COLUMNS;
  private static final ThreadLocal<PackedRows> KEYS = ThreadLocal.withInitial(PackedRows::new);
  private static final ThreadLocal<PackedRows> VALUES = ThreadLocal.withInitial(PackedRows::new);

  private final AttentionShape shape;
  private final TokenPanels out;
  private final F32 lse;
  private final TokenPanels q;
  private final TokenPanels k;
  private final TokenPanels v;

  FlashForward(AttentionShape shape, F32 out, F32 lse, F32 q, F32 k, F32 v) {
    this.shape = shape;
    this.out = TokenPanels.queries(shape, out);
    this.lse = lse;
    this.q = TokenPanels.queries(shape, q);
    this.k = TokenPanels.keys(shape, k);
    this.v = TokenPanels.keys(shape, v);
  }

  void run(Cpu cpu) {
    int panels = Math.ceilDiv(shape.queries(), COLUMNS);
    int heads = shape.batch() * shape.heads();
    int perTask = cpu.grain(heads * panels, 1, Panels.perTask(2 * shape.dim()));
    int perHead = Math.ceilDiv(panels, perTask);
    Panels.parallel(
        cpu,
        shape,
        heads * perHead,
        task -> {
          int head = task / perHead;
          int part = task - head * perHead;
          int from = panels * part / perHead;
          new Task(head, from * COLUMNS, panels * (part + 1) / perHead - from).run();
        });
  }

  /// Some panels of queries of one head.
  private final class Task {
    private final int head;
    private final int first;
    private final int panels;
    private final int floats = shape.dim() * COLUMNS;
    private final PackedRows keys = KEYS.get();
    private final PackedRows values = VALUES.get();
    private final float[] query;
    private final float[] output;
    private final float[] max;
    private final float[] sum;
    private final float[] scores =
        new float[(Math.min(Panels.BLOCK, shape.keys()) + PanelLoops.SPARE_ROWS) * COLUMNS];
    private final float[] factor = new float[COLUMNS];

    Task(int head, int first, int panels) {
      this.head = head;
      this.first = first;
      this.panels = panels;
      this.query = new float[panels * floats];
      this.output = new float[panels * floats];
      this.max = new float[panels * COLUMNS];
      this.sum = new float[panels * COLUMNS];
      Arrays.fill(max, Float.NEGATIVE_INFINITY);
    }

    void run() {
      for (int panel = 0; panel < panels; panel++) {
        q.intoPanel(query, panel * floats, head, first + panel * COLUMNS);
      }
      PanelLoops.scale(query, 0, query.length, shape.scale() * Panels.LOG2_E);
      for (int key = 0; key < shape.keys(); key += Panels.BLOCK) {
        int count = Math.min(Panels.BLOCK, shape.keys() - key);
        keys.load(k, head, key, count);
        values.load(v, head, key, count);
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
      keys.times(query, panel * floats, scores, 0, COLUMNS, false);
      int firstQuery = first + panel * COLUMNS;
      if (shape.causal() && key + count - 1 > firstQuery) {
        PanelLoops.hideLaterKeys(scores, count, key, firstQuery);
      }
      if (PanelLoops.softmax(scores, count, max, sum, panel * COLUMNS) && key > 0) {
        PanelLoops.scaleColumns(output, panel * floats, shape.dim(), scores, count * COLUMNS);
      }
      values.transposedTimes(scores, output, panel * floats, key > 0);
    }

    private void finish(int panel) {
      int firstQuery = first + panel * COLUMNS;
      PanelLoops.logSum(max, sum, panel * COLUMNS, factor);
      PanelLoops.scaleColumns(output, panel * floats, shape.dim(), factor, 0);
      out.fromPanel(output, panel * floats, head, firstQuery, 1);
      System.arraycopy(
          max,
          panel * COLUMNS,
          lse.array(),
          lse.offset() + head * shape.queries() + firstQuery,
          Math.min(COLUMNS, shape.queries() - firstQuery));
    }
  }
}
