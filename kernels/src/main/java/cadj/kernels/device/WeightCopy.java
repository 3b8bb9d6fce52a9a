package cadj.kernels.device;

import org.jspecify.annotations.Nullable;

/// A weight in another order, for the time of one call: see [WeightCopies]. Closing it lets go of
/// the memory; launches already asked for may still use it.
public final class WeightCopy implements AutoCloseable {
  private final GpuF32 buffer;
  private final WeightCopies.@Nullable Kept kept;

  WeightCopy(GpuF32 buffer, WeightCopies.@Nullable Kept kept) {
    this.buffer = buffer;
    this.kept = kept;
  }

  /// To be read only.
  public GpuF32 buffer() {
    return buffer;
  }

  @Override
  public void close() {
    if (kept == null) {
      buffer.gpu().free(buffer);
    } else {
      kept.release();
    }
  }
}
