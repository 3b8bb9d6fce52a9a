package cadj.kernels.conv;

import static java.lang.Math.ceilDiv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.device.PtxSource;
import cadj.kernels.device.WeightCopy;

/// In which order a product of images reads a weight [Co,Ci/groups,kh,kw]; `conv_pack.ptx` says
/// more.
///
/// @param ci channels of a group, as co
/// @param strideH by which taps are sorted, as strideW: 1 going forward
/// @param backward whether channels of y are input channels
/// @param tf32 for tensor cores: row by row, and rounded
record PackedWeight(
    int groups,
    int ci,
    int co,
    int kh,
    int kw,
    int strideH,
    int strideW,
    boolean backward,
    boolean tf32) {
  private static final PtxSource SOURCE = PtxSource.beside(PackedWeight.class, "conv_pack.ptx");
  private static final int BLOCK = 256;
  private static final int TRANSPOSED = 32;

  static PackedWeight forward(Conv2dShape s, boolean tf32) {
    return new PackedWeight(
        s.groups(), s.ci() / s.groups(), s.co() / s.groups(), s.kh(), s.kw(), 1, 1, false, tf32);
  }

  static PackedWeight backward(Conv2dShape s, boolean tf32) {
    return new PackedWeight(
        s.groups(),
        s.ci() / s.groups(),
        s.co() / s.groups(),
        s.kh(),
        s.kw(),
        s.strideH(),
        s.strideW(),
        true,
        tf32);
  }

  /// The weight in this order, for the time of a call.
  WeightCopy of(Gpu gpu, Buffer weight) {
    int length = groups * groupStep();
    return gpu.weightCopies().of(weight, this, length, packed -> pack(gpu, packed, weight));
  }

  private int groupStep() {
    return kh * kw * ChannelRuns.whole(ci) * ChannelRuns.whole(co);
  }

  private void pack(Gpu gpu, GpuF32 packed, Buffer weight) {
    int ci4 = ChannelRuns.whole(ci);
    int co4 = ChannelRuns.whole(co);
    boolean across = backward == tf32;
    int neighbours = across ? co4 : ci4;
    String kernel = across ? "conv2d_pack_across_" : "conv2d_pack_along_";
    gpu.launch(SOURCE, kernel + stored(weight))
        .grid(
            across
                ? ceilDiv(ci4, TRANSPOSED) * ceilDiv(co4, TRANSPOSED)
                : ceilDiv(ci4 * co4, BLOCK),
            groups)
        .block(BLOCK)
        .out(packed)
        .in(weight)
        .i32(ci)
        .i32(co)
        .i32(ci4)
        .i32(co4)
        .i32(kh)
        .i32(kw)
        .i32(strideH)
        .i32(strideW)
        .i32(tf32 ? kh * kw * neighbours : neighbours)
        .i32(tf32 ? neighbours : ci4 * co4)
        .i32(groupStep())
        .i32(tf32 ? 1 : 0)
        .run();
  }

  private static String stored(Buffer weight) {
    if (weight instanceof GpuHalf half) {
      return half.dtype() == DType.F16 ? "f16" : "bf16";
    }
    return "f32";
  }
}
