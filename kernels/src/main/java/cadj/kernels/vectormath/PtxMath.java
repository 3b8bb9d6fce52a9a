package cadj.kernels.vectormath;

import cadj.kernels.device.PtxSource;

/// The functions of this folder for GPUs: `math.ptx`, to be appended to a room's kernels.
public final class PtxMath {
  public static final PtxSource SOURCE = PtxSource.beside(PtxMath.class, "math.ptx");

  private PtxMath() {}
}
