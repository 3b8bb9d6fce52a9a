package cadj.bench.accumulate;

import cadj.bench.workload.Noise;

/// Feed-forward weights of the UNet, largest first, and a bias: rows, columns.
public enum ScoredWeight {
  FF_IN_16(10240, 1280),
  FF_OUT_32(640, 2560),
  FF_OUT_64(320, 1280),
  BIAS_16(1, 1280);

  private final int rows;
  private final int columns;

  ScoredWeight(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
  }

  public AccumulateCall call() {
    int n = rows * columns;
    Noise noise = new Noise();
    return new AccumulateCall(
        noise.buffer(n), noise.buffer(n), noise.buffer(n), noise.buffer(n), noise.buffer(2));
  }

  /// Sizes and name.
  String shape() {
    return "%d×%d %s".formatted(rows, columns, name());
  }
}
