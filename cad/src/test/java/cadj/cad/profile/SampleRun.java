package cadj.cad.profile;

import cadj.kernels.record.Allocation;
import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.RunProfile.Dropped;
import cadj.kernels.record.RunProfile.Kept;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Span;
import cadj.kernels.record.Work;
import java.util.List;

/// Recordings made by hand.
public final class SampleRun {
  /// Everything found room.
  public static final Dropped NOTHING_DROPPED = new Dropped(0, 0, 0, 0);

  private static final Work CONV =
      new Work("[1,4,8,8] [8,4,3,3] → [1,8,8,8]", 36_864, 4_224, "Winograd F4", 0);
  private static final Work LINEAR = new Work("[64,8] [8,8] → [64,8]", 8_192, 4_352, "", 0);

  private SampleRun() {}

  /// A step forward and backward, with two workers:
  ///
  /// ```
  /// 0    denoise at 501           0 … 10,000
  /// 1      forward              100 …  4,000
  /// 2        conv_in            200 …  1,500
  /// 3          conv2d           200 …  1,400   the same start as its module
  /// 4        mid "<block>"    1,600 …  3,900
  /// 5          linear         1,700 …  2,700
  /// 6          silu           2,700 …  3,000
  /// 7      backward           4,100 …  9,000
  /// 8        silu backward    4,200 …  4,700
  /// 9        linear backward  4,700 …  6,700
  /// 10       conv2d backward  7,000 …  8,900
  /// ```
  public static RunProfile onProcessor() {
    return new RunProfile(
        "cpu",
        2,
        10_500,
        List.of(
            slice(0, -1, Kind.PHASE, "denoise at 501", -1, 0, 10_000, null),
            slice(1, 0, Kind.PHASE, "forward", -1, 100, 4_000, null),
            slice(2, 1, Kind.MODULE, "conv_in", -1, 200, 1_500, null),
            slice(3, 2, Kind.OPERATION, "conv2d", -1, 200, 1_400, CONV),
            slice(4, 1, Kind.MODULE, "mid \"</script>\"", -1, 1_600, 3_900, null),
            slice(5, 4, Kind.OPERATION, "linear", -1, 1_700, 2_700, LINEAR),
            slice(6, 4, Kind.OPERATION, "silu", -1, 2_700, 3_000, new Work("[64,8]", 0, 0, "", 0)),
            slice(7, 0, Kind.PHASE, "backward", -1, 4_100, 9_000, null),
            slice(8, 7, Kind.BACKWARD, "silu", 6, 4_200, 4_700, null),
            slice(9, 7, Kind.BACKWARD, "linear", 5, 4_700, 6_700, LINEAR),
            slice(10, 7, Kind.BACKWARD, "conv2d", 3, 7_000, 8_900, CONV)),
        List.of(
            new Span(3, 0, "Conv2dVector", 300, 1_300),
            new Span(3, 1, "Conv2dVector", 320, 1_250),
            new Span(5, 0, "GemmVector", 1_700, 2_690),
            new Span(9, 1, "GemmVector", 4_800, 6_600),
            new Span(-1, 1, "Copy", 9_100, 9_200)),
        List.of(
            new Allocation(3, 0, 2_048, 250),
            new Allocation(5, 1, 4_096, 1_750),
            new Allocation(6, 2, 1_024, 2_710),
            new Allocation(7, 1, -4_096, 6_800),
            new Allocation(10, 3, 512, 7_000),
            new Allocation(-1, 0, -2_048, 10_200)),
        List.of(
            new Kept(3, 1_024, 1_390),
            new Kept(5, 2_048, 2_690),
            new Kept(5, 256, 2_695),
            new Kept(5, -2_048, 6_700),
            new Kept(3, -1_024, 8_900)),
        1_000,
        List.of(),
        NOTHING_DROPPED);
  }

  /// Two launches that are asked for faster than the device runs them, and one later.
  ///
  /// ```
  /// 0  linear     0 … 3,000
  /// 1    gemm   100 …   200   runs 5,000
  /// 2    bias   300 …   400   runs 1,000
  /// 3  silu  20,000 … 21,000
  /// 4    silu_forward  20,100 … 20,200   runs 700
  /// 5    copyOut       20,300 … 20,900   not measured
  /// ```
  public static RunProfile onDevice() {
    return new RunProfile(
        "NVIDIA & Co",
        2,
        21_000,
        List.of(
            slice(0, -1, Kind.OPERATION, "linear", -1, 0, 3_000, LINEAR),
            slice(1, 0, Kind.LAUNCH, "gemm", -1, 100, 200, launch(8_000, 4_000, 5_000)),
            slice(2, 0, Kind.LAUNCH, "bias", -1, 300, 400, launch(192, 600, 1_000)),
            slice(3, -1, Kind.OPERATION, "silu", -1, 20_000, 21_000, null),
            slice(4, 3, Kind.LAUNCH, "silu_forward", -1, 20_100, 20_200, launch(100, 700, 700)),
            slice(5, 3, Kind.LAUNCH, "copyOut", -1, 20_300, 20_900, launch(0, 0, 0))),
        List.of(),
        List.of(),
        List.of(),
        0,
        List.of(),
        NOTHING_DROPPED);
  }

  private static Work launch(long flops, long bytes, long nanos) {
    return new Work("grid (1,1,1), block (64,1,1), 0 bytes shared", flops, bytes, "", nanos);
  }

  private static Slice slice(
      int id, int parent, Kind kind, String name, int cause, long start, long end, Work work) {
    return new Slice(id, parent, kind, name, cause, start, end, work);
  }
}
