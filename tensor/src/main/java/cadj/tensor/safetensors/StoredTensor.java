package cadj.tensor.safetensors;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.StoredElements;
import cadj.tensor.file.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A tensor as a file stores it.
public final class StoredTensor {
  private StoredTensor() {}

  /// Overwrites the elements that lie in `file` from `position` on; all else in it stays.
  ///
  /// @throws UncheckedIOException if that fails, and then the file is spoilt
  public static void overwrite(Path file, long position, DType stored, Tensor tensor) {
    Buffer values = tensor.cpu().contiguous().denseBuffer();
    long bytes = (long) values.length() * stored.bytes();
    try (Arena arena = Arena.ofShared();
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (position + bytes > channel.size()) {
        throw new IOException("ends at byte " + channel.size());
      }
      StoredElements.write(channel.map(MapMode.READ_WRITE, position, bytes, arena), stored, values);
    } catch (IOException e) {
      throw FileFailure.of(file, "cannot be written", e);
    }
  }

  /// `tensor` rounded to `stored`: what would be read back, on the host.
  public static Tensor rounded(Tensor tensor, DType stored) {
    Buffer values = tensor.cpu().contiguous().denseBuffer();
    Tensor out = Tensor.empty(StoredElements.widened(stored), tensor.shape()).cpu();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment raw = arena.allocate(Math.max(1, (long) values.length() * stored.bytes()));
      StoredElements.write(raw, stored, values);
      StoredElements.read(out.denseBuffer(), raw, stored);
    }
    return out;
  }
}
