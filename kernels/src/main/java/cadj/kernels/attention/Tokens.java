package cadj.kernels.attention;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;

/// One [B,tokens,heads,dim] buffer and the ways it is laid out for [Tile], per head:
///
/// - by token, [tokens/8][dim][8]: a tile's rows are tokens, its depth the dimensions;
/// - by dimension, [dim/8][tokens][8]: its rows are dimensions, its depth tokens;
/// - a panel, [dim][COLUMNS]: its columns are tokens.
///
/// What is missing to a whole tile or panel is zero.
record Tokens(F32 data, int batch, int tokens, int heads, int dim) {
  private static final int ROWS = Tile.ROWS;

  /// Tokens packed by one task.
  private static final int GRAIN = 256;

  static Tokens queries(AttentionShape s, F32 data) {
    return new Tokens(data, s.batch(), s.queries(), s.heads(), s.dim());
  }

  static Tokens keys(AttentionShape s, F32 data) {
    return new Tokens(data, s.batch(), s.keys(), s.heads(), s.dim());
  }

  /// Dimensions rounded up to whole tiles.
  static int paddedDim(int dim) {
    return Math.ceilDiv(dim, ROWS) * ROWS;
  }

  /// Where the tile that starts at `token` of `head` (counted over the batch) lies, by token.
  int byTokenAt(int head, int token) {
    return (head * Math.ceilDiv(tokens, ROWS) * ROWS + token) * dim;
  }

  /// Where `token` of the tile that starts at dimension `d` lies, by dimension.
  int byDimAt(int head, int d, int token) {
    return head * paddedDim(dim) * tokens + d * tokens + token * ROWS;
  }

  float[] byToken(Cpu cpu) {
    float[] packed = new float[byTokenAt(batch * heads, 0)];
    eachRun(
        cpu,
        (head, from, to) -> {
          for (int token = from; token < to; token++) {
            int row = Math.floorMod(token, ROWS);
            int in = at(head, token);
            int out = byTokenAt(head, token - row) + row;
            for (int d = 0; d < dim; d++) {
              packed[out + d * ROWS] = data.array()[in + d];
            }
          }
        });
    return packed;
  }

  float[] byDim(Cpu cpu) {
    float[] packed = new float[byDimAt(batch * heads, 0, 0)];
    eachRun(
        cpu,
        (head, from, to) -> {
          for (int d = 0; d < dim; d += ROWS) {
            int rows = Math.min(ROWS, dim - d);
            for (int token = from; token < to; token++) {
              System.arraycopy(
                  data.array(), at(head, token) + d, packed, byDimAt(head, d, token), rows);
            }
          }
        });
    return packed;
  }

  /// scale · tokens first … first+COLUMNS−1 of `head`, into panel[at …].
  void intoPanel(float[] panel, int at, int head, int first, float scale) {
    int columns = Math.min(Tile.COLUMNS, tokens - first);
    float[] in = data.array();
    for (int column = 0; column < columns; column++) {
      int from = at(head, first + column);
      for (int d = 0; d < dim; d++) {
        panel[at + d * Tile.COLUMNS + column] = scale * in[from + d];
      }
    }
  }

  /// The reverse: tokens of `head` from a panel.
  void fromPanel(float[] panel, int at, int head, int first, float scale) {
    int columns = Math.min(Tile.COLUMNS, tokens - first);
    float[] out = data.array();
    for (int column = 0; column < columns; column++) {
      int to = at(head, first + column);
      for (int d = 0; d < dim; d++) {
        out[to + d] = scale * panel[at + d * Tile.COLUMNS + column];
      }
    }
  }

  /// Index in the array of the vector of `token` of `head`, heads counted over the batch.
  int at(int head, int token) {
    int b = head / heads;
    return data.offset() + ((b * tokens + token) * heads + head - b * heads) * dim;
  }

  private void eachRun(Cpu cpu, Run run) {
    int runs = Math.ceilDiv(tokens, GRAIN);
    cpu.parallel(
        batch * heads * runs,
        task -> {
          int head = task / runs;
          int from = (task - head * runs) * GRAIN;
          run.of(head, from, Math.min(tokens, from + GRAIN));
        });
  }

  @FunctionalInterface
  private interface Run {
    void of(int head, int from, int to);
  }
}
