package cadj.kernels.embedding;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.I64;
import java.util.Arrays;

/// Rows are copied whole; the backward pass adds them in order, columns split among tasks.
final class EmbeddingVector implements EmbeddingKernel {
  private static final int GRAIN = 1 << 15;

  private final Cpu cpu;

  EmbeddingVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(Buffer y, Buffer weight, I64 ids, int width) {
    F32 out = F32.of(y.slice(0, ids.length() * width));
    F32 table = F32.of(weight);
    cpu.parallelRange(
        ids.length(),
        Math.max(1, GRAIN / Math.max(1, width)),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            int row = (int) ids.get(i);
            System.arraycopy(
                table.array(),
                table.offset() + row * width,
                out.array(),
                out.offset() + i * width,
                width);
          }
        });
  }

  @Override
  public void backward(Buffer dweight, Buffer dy, I64 ids, int width) {
    F32 out = F32.of(dweight);
    F32 in = F32.of(dy.slice(0, ids.length() * width));
    Arrays.fill(out.array(), out.offset(), out.offset() + out.length(), 0f);
    cpu.parallelRange(
        width,
        Math.max(16, GRAIN / Math.max(1, ids.length())),
        (from, to) -> {
          for (int i = 0; i < ids.length(); i++) {
            int target = out.offset() + ((int) ids.get(i)) * width;
            int source = in.offset() + i * width;
            for (int c = from; c < to; c++) {
              out.array()[target + c] += in.array()[source + c];
            }
          }
        });
  }
}
