package cadj.kernels.conv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.PtxSource;

/// Runs of 4 neighbouring channels, the unit in which a GPU's threads read and write images.
final class ChannelRuns {
  /// What kernels do with a run.
  static final PtxSource SOURCE = PtxSource.beside(ChannelRuns.class, "conv_run.ptx");

  private static final int LENGTH = 4;

  private ChannelRuns() {}

  /// `channels` rounded up to whole runs.
  static int whole(int channels) {
    return Math.ceilDiv(channels, LENGTH) * LENGTH;
  }

  /// How many channels must follow for a run to be read or written at once: as many as it has, or,
  /// if runs are not aligned, more than there ever are.
  static int atOnce(Buffer image, int channels, int groups) {
    boolean aligned = channels / groups % LENGTH == 0 && aligned(image);
    return aligned ? LENGTH : Integer.MAX_VALUE;
  }

  /// Whether the image begins where a run of its own might; a copy of one on the host does.
  static boolean aligned(Buffer image) {
    return !(image instanceof GpuF32 it) || it.address() % (LENGTH * Float.BYTES) == 0;
  }
}
