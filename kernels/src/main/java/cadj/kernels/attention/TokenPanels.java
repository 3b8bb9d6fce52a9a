package cadj.kernels.attention;

import cadj.kernels.device.F32;
import cadj.kernels.gemm.GemmTile;
import cadj.kernels.transpose.Transpose;
import java.util.Arrays;

/// One [B,tokens,heads,dim] buffer, and panels of it: [dim][COLUMNS], whose columns are tokens.
///
/// Heads are counted over the batch.
record TokenPanels(F32 data, int tokens, int heads, int dim) {
  private static final int COLUMNS = GemmTile.WIDTH;

  static TokenPanels queries(AttentionShape s, F32 data) {
    return new TokenPanels(data, s.queries(), s.heads(), s.dim());
  }

  static TokenPanels keys(AttentionShape s, F32 data) {
    return new TokenPanels(data, s.keys(), s.heads(), s.dim());
  }

  /// Index in the array of the vector of `token` of `head`.
  int at(int head, int token) {
    int b = head / heads;
    return data.offset() + ((b * tokens + token) * heads + head - b * heads) * dim;
  }

  /// Tokens first … first+COLUMNS−1 of `head` into panel[at …], zeros for those beyond the last.
  void intoPanel(float[] panel, int at, int head, int first) {
    int columns = Math.min(COLUMNS, tokens - first);
    if (columns < COLUMNS) {
      Arrays.fill(panel, at, at + dim * COLUMNS, 0);
    }
    Transpose.run(data.array(), at(head, first), heads * dim, columns, dim, panel, at, COLUMNS);
  }

  /// Tokens first … first+count−1 of `head` into columns, [dim/COLUMNS][pitch][COLUMNS].
  void intoColumns(float[] columns, int pitch, int head, int first, int count) {
    for (int token = 0; token < count; token++) {
      int from = at(head, first + token);
      for (int d = 0; d < dim; d += COLUMNS) {
        int to = d * pitch + token * COLUMNS;
        System.arraycopy(data.array(), from + d, columns, to, Math.min(COLUMNS, dim - d));
      }
    }
  }

  /// The reverse of a panel: scale · panel.
  void fromPanel(float[] panel, int at, int head, int first, float scale) {
    int columns = Math.min(COLUMNS, tokens - first);
    float[] out = data.array();
    for (int column = 0; column < columns; column++) {
      int to = at(head, first + column);
      for (int d = 0; d < dim; d++) {
        out[to + d] = scale * panel[at + d * COLUMNS + column];
      }
    }
  }
}
