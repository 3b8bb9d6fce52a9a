package cadj.kernels.embedding;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.I64;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.PtxTiles;
import java.util.Arrays;

/// Launches of `embedding.ptx`.
final class EmbeddingCuda implements EmbeddingKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(EmbeddingCuda.class, "embedding.ptx").with(PtxTiles.SOURCE);

  private static final int BLOCK = 256;

  private final Gpu gpu;

  EmbeddingCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void forward(Buffer y, Buffer weight, I64 ids, int width) {
    Buffer out = Buffer.singles(y, ids.length() * width);
    Buffer table = Buffer.singles(weight, weight.length());
    Launch launch = gpu.launch(SOURCE, "embedding_forward").out(out).in(table).in(ids);
    run(launch, ids.length(), width, Launch.aligned(out, table));
  }

  @Override
  public void backward(Buffer dweight, Buffer dy, I64 ids, int width) {
    GpuF32 out = GpuF32.of(dweight);
    Buffer in = Buffer.singles(dy, ids.length() * width);
    gpu.fill(out, 0);
    long[] order = placesById(ids);
    long[] starts = groupStarts(order);
    Launch launch =
        gpu.launch(SOURCE, "embedding_backward")
            .inOut(out)
            .in(in)
            .in(I64.of(order))
            .in(I64.of(starts));
    run(launch, starts.length - 1, width, Launch.aligned(out, in));
  }

  private static void run(Launch launch, int rows, int width, boolean aligned) {
    int steps = aligned && width % 4 == 0 ? 4 : 1;
    int items = rows * width / steps;
    launch.i32(items).i32(steps).i32(width).grid(Math.ceilDiv(items, BLOCK)).block(BLOCK).run();
  }

  /// The places 0, 1, … of `ids`, sorted by id and then by place: 2³²·id + place.
  private static long[] placesById(I64 ids) {
    long[] order = new long[ids.length()];
    for (int i = 0; i < order.length; i++) {
      order[i] = ids.array()[ids.offset() + i] << 32 | i;
    }
    Arrays.sort(order);
    return order;
  }

  /// Where in `order` each id begins, and the end.
  private static long[] groupStarts(long[] order) {
    long[] starts = new long[order.length + 1];
    int groups = 0;
    for (int i = 0; i < order.length; i++) {
      if (i == 0 || order[i] >> 32 != order[i - 1] >> 32) {
        starts[groups++] = i;
      }
    }
    starts[groups] = order.length;
    return Arrays.copyOf(starts, groups + 1);
  }
}
