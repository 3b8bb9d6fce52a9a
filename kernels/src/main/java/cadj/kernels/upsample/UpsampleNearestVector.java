package cadj.kernels.upsample;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;

/// Whole pixels are copied, and added back, as runs of channels; a task is an image row.
final class UpsampleNearestVector implements UpsampleNearestKernel {
  private static final int GRAIN = 1 << 15;

  private final Cpu cpu;

  UpsampleNearestVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(Buffer y, Buffer x, int n, int c, int h, int w, int ho, int wo) {
    F32 out = F32.of(y.slice(0, n * ho * wo * c));
    F32 in = F32.of(x.slice(0, n * h * w * c));
    cpu.parallelRange(
        n * ho,
        Math.max(1, GRAIN / Math.max(1, wo * c)),
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int source = in.offset() + (row / ho * h + row % ho * h / ho) * w * c;
            int target = out.offset() + row * wo * c;
            for (int j = 0; j < wo; j++) {
              System.arraycopy(in.array(), source + j * w / wo * c, out.array(), target + j * c, c);
            }
          }
        });
  }

  @Override
  public void backward(Buffer dx, Buffer dy, int n, int c, int h, int w, int ho, int wo) {
    F32 out = F32.of(dx.slice(0, n * h * w * c));
    F32 in = F32.of(dy.slice(0, n * ho * wo * c));
    cpu.parallelRange(
        n * h,
        Math.max(1, GRAIN / Math.max(1, w * c)),
        (from, to) -> {
          Arrays.fill(out.array(), out.offset() + from * w * c, out.offset() + to * w * c, 0f);
          for (int row = from; row < to; row++) {
            // The output rows that copied this one: those i with ⌊i·h/ho⌋ = row.
            int first = Math.ceilDiv(row % h * ho, h);
            int last = Math.ceilDiv((row % h + 1) * ho, h);
            for (int i = first; i < last; i++) {
              addRow(
                  out.array(),
                  out.offset() + row * w * c,
                  in.array(),
                  in.offset() + (row / h * ho + i) * wo * c,
                  c,
                  w,
                  wo);
            }
          }
        });
  }

  private static void addRow(float[] dx, int target, float[] dy, int source, int c, int w, int wo) {
    for (int j = 0; j < wo; j++) {
      int to = target + j * w / wo * c;
      int at = source + j * c;
      for (int k = 0; k < c; k++) {
        dx[to + k] += dy[at + k];
      }
    }
  }
}
