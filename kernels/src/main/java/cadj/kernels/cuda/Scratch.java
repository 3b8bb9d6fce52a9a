package cadj.kernels.cuda;

import cadj.kernels.copy.CopyKernel;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.WeightCopy;
import cadj.kernels.strided.LoopNest;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/// Device memory of one convolution: weights in channels-last order, which are kept for the next
/// call with the same weights ([cadj.kernels.device.WeightCopies]), and copies of buffers that are
/// not aligned to 16 bytes, as cuDNN's kernels expect them to be.
///
/// All happens in the stream's order, so that memory may be given back before the device has got
/// there.
final class Scratch implements AutoCloseable {
  private static final int ALIGNMENT = 16;

  private final Gpu gpu;
  private final List<GpuF32> taken = new ArrayList<>();
  private final List<WeightCopy> copies = new ArrayList<>();
  private final List<Runnable> afterwards = new ArrayList<>();

  /// The blocks of inputs and outputs, which are not to be given to others, not even here, before
  /// the convolution is asked for: nobody else may hold them any more.
  private final List<Object> blocks = new ArrayList<>();

  Scratch(Gpu gpu) {
    this.gpu = gpu;
  }

  long bytes(long bytes) {
    return take(Math.toIntExact(Math.ceilDiv(bytes, Float.BYTES))).address();
  }

  private GpuF32 take(int length) {
    GpuF32 buffer = gpu.allocate(length);
    taken.add(buffer);
    return buffer;
  }

  long input(GpuF32 buffer) {
    blocks.add(buffer.block());
    if (buffer.address() % ALIGNMENT == 0) {
      return buffer.address();
    }
    GpuF32 aligned = take(buffer.length());
    copy(aligned, buffer);
    return aligned.address();
  }

  long output(GpuF32 buffer) {
    blocks.add(buffer.block());
    if (buffer.address() % ALIGNMENT == 0) {
      return buffer.address();
    }
    GpuF32 aligned = take(buffer.length());
    afterwards.add(() -> copy(buffer, aligned));
    return aligned.address();
  }

  private void copy(GpuF32 to, GpuF32 from) {
    gpu.driver().copy(to.address(), from.address(), (long) to.length() * Float.BYTES);
  }

  /// Weights [Co,Ci/groups,kh,kw] as [Co,kh,kw,Ci/groups].
  long channelsLast(Dnn.Sizes s, GpuF32 weight) {
    if (sameEitherWay(s)) {
      return input(weight);
    }
    WeightCopy copy =
        gpu.weightCopies()
            .of(
                weight,
                new ChannelsLast(s.co(), channels(s), taps(s)),
                weight.length(),
                turned -> transpose(s.co(), channels(s), taps(s), turned, weight));
    copies.add(copy);
    return copy.buffer().address();
  }

  /// A layout of weights.
  private record ChannelsLast(int co, int channels, int taps) {}

  /// The other way round.
  long channelsLastOutput(Dnn.Sizes s, GpuF32 weight) {
    if (sameEitherWay(s)) {
      return output(weight);
    }
    GpuF32 turned = take(weight.length());
    afterwards.add(() -> transpose(s.co(), taps(s), channels(s), weight, turned));
    return turned.address();
  }

  private static boolean sameEitherWay(Dnn.Sizes s) {
    return taps(s) == 1 || channels(s) == 1;
  }

  private static int taps(Dnn.Sizes s) {
    return s.kh() * s.kw();
  }

  private static int channels(Dnn.Sizes s) {
    return s.ci() / s.groups();
  }

  /// Each of `count` matrices [rows,columns] into [columns,rows].
  private static void transpose(int count, int rows, int columns, GpuF32 to, GpuF32 from) {
    int size = rows * columns;
    CopyKernel.on(to.gpu(), to)
        .copy(
            to,
            from,
            LoopNest.of(
                new int[] {count, columns, rows},
                new int[] {size, rows, 1},
                new int[] {size, 1, columns}));
  }

  /// Copies outputs to where they belong, once the convolution is asked for.
  void finish() {
    afterwards.forEach(Runnable::run);
  }

  @Override
  public void close() {
    taken.forEach(gpu::free);
    copies.forEach(WeightCopy::close);
    Reference.reachabilityFence(blocks);
  }
}
