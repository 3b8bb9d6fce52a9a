package cadj.kernels.softmax;

import static cadj.kernels.device.Buffer.singles;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.PtxTiles;
import cadj.kernels.tiles.RowTeams;
import cadj.kernels.vectormath.PtxMath;

/// One launch of `softmax.ptx` each.
final class SoftmaxCuda implements SoftmaxKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(SoftmaxCuda.class, "softmax.ptx").with(PtxTiles.SOURCE).with(PtxMath.SOURCE);

  private final Gpu gpu;

  SoftmaxCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void forward(Buffer y, Buffer x, int rows, int width) {
    forward(y, x, new RowTeams(rows, width), false);
  }

  @Override
  public void logForward(Buffer y, Buffer x, int rows, int width) {
    forward(y, x, new RowTeams(rows, width), true);
  }

  private void forward(Buffer y, Buffer x, RowTeams teams, boolean logarithm) {
    int n = teams.rows() * teams.width();
    Buffer out = singles(y, n);
    Buffer in = singles(x, n);
    gpu.launch(SOURCE, "softmax_forward")
        .grid(teams.blocks())
        .block(RowTeams.THREADS)
        .out(out)
        .in(in)
        .i32(teams.rows())
        .i32(teams.width())
        .i32(logarithm ? 1 : 0)
        .i32(teams.logThreads())
        .i32(teams.vectors(out, in))
        .run();
  }

  @Override
  public void backward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    backward(dx, dy, y, new RowTeams(rows, width), false);
  }

  @Override
  public void logBackward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    backward(dx, dy, y, new RowTeams(rows, width), true);
  }

  private void backward(Buffer dx, Buffer dy, Buffer y, RowTeams teams, boolean logarithm) {
    int n = teams.rows() * teams.width();
    Buffer out = singles(dx, n);
    Buffer gradient = singles(dy, n);
    Buffer value = singles(y, n);
    gpu.launch(SOURCE, "softmax_backward")
        .grid(teams.blocks())
        .block(RowTeams.THREADS)
        .out(out)
        .in(gradient)
        .in(value)
        .i32(teams.rows())
        .i32(teams.width())
        .i32(logarithm ? 1 : 0)
        .i32(teams.logThreads())
        .i32(teams.vectors(out, gradient, value))
        .run();
  }
}
