package cadj.kernels.conv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import org.jspecify.annotations.Nullable;

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

  /// How many channels of `images` may be read or written at once.
  static int atOnce(int channels, int groups, @Nullable Buffer... images) {
    return channels / groups % LENGTH == 0 && Launch.aligned(images) ? LENGTH : 1;
  }
}
