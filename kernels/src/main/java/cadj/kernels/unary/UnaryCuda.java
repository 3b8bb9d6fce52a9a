package cadj.kernels.unary;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.PtxTiles;
import cadj.kernels.vectormath.PtxMath;

/// Launches of `unary.ptx`.
final class UnaryCuda implements UnaryKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(UnaryCuda.class, "unary.ptx").with(PtxTiles.SOURCE).with(PtxMath.SOURCE);

  private static final int BLOCK = 256;

  /// Elements of a block.
  private static final int BLOCK_ELEMENTS = 4 * BLOCK;

  private final Gpu gpu;

  UnaryCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void forward(Unary f, Buffer y, Buffer x) {
    Launch launch = launch("unary_forward", y, x).i32(code(f));
    run(launch, y, x);
  }

  @Override
  public void backward(Unary f, Buffer dx, Buffer dy, Buffer x) {
    Launch launch = launch("unary_backward", dx, dy, x).i32(code(f));
    run(launch, dx, dy, x);
  }

  @Override
  public void affine(Buffer y, Buffer x, float a, float b) {
    run(launch("unary_affine", y, x).f32(a).f32(b), y, x);
  }

  @Override
  public void clamp(Buffer y, Buffer x, float low, float high) {
    run(launch("unary_clamp", y, x).f32(low).f32(high), y, x);
  }

  @Override
  public void clampBackward(Buffer dx, Buffer dy, Buffer x, float low, float high) {
    run(launch("unary_clamp_backward", dx, dy, x).f32(low).f32(high), dx, dy, x);
  }

  private Launch launch(String kernel, Buffer y, Buffer... inputs) {
    Launch launch = gpu.launch(SOURCE, kernel).out(Buffer.singles(y, y.length()));
    for (Buffer input : inputs) {
      UnaryVector.requireEqualLengths(y.length(), input.length());
      launch.in(Buffer.singles(input, input.length()));
    }
    return launch;
  }

  private static void run(Launch launch, Buffer... buffers) {
    int n = buffers[0].length();
    launch
        .i32(n)
        .i32(Launch.aligned(buffers) ? 1 : 0)
        .grid(Math.ceilDiv(n, BLOCK_ELEMENTS))
        .block(BLOCK)
        .run();
  }

  /// The number that the kernels know `f` by.
  private static int code(Unary f) {
    return switch (f) {
      case NEG -> 0;
      case EXP -> 1;
      case LOG -> 2;
      case SQRT -> 3;
      case SQUARE -> 4;
      case SIN -> 5;
      case COS -> 6;
      case SIGMOID -> 7;
      case SILU -> 8;
      case GELU -> 9;
      case GELU_TANH -> 10;
      case QUICK_GELU -> 11;
      case RELU -> 12;
    };
  }
}
