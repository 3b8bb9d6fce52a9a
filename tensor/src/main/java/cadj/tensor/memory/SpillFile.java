package cadj.tensor.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/// A temporary file for numbers that the heap has no room for. It is gone with the process, however
/// that ends: on most systems it has no name from the start.
///
/// Whoever reserves bytes writes them before reading. All methods throw [UncheckedIOException],
/// when the disk is full for one.
public final class SpillFile implements AutoCloseable {
  private static final int CHUNK = 1 << 20;

  private final FileChannel channel;
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.nativeOrder());

  /// Places that were released, and their bytes.
  private final TreeMap<Long, Long> free = new TreeMap<>();

  private long end;

  private SpillFile(FileChannel channel) {
    this.channel = channel;
  }

  /// In `folder`, which should lie on a disk and not in memory, as temporary folders may.
  public static SpillFile in(Path folder) {
    try {
      Path file = Files.createTempFile(folder, ".cadj-", ".tmp");
      return new SpillFile(
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A place for `bytes`.
  public synchronized long reserve(long bytes) {
    for (Map.Entry<Long, Long> place : free.entrySet()) {
      if (place.getValue() >= bytes) {
        long at = place.getKey();
        long left = place.getValue() - bytes;
        free.remove(at);
        release(at + bytes, left);
        return at;
      }
    }
    long at = end;
    end += bytes;
    return at;
  }

  /// Gives a place back, to be reserved again.
  public synchronized void release(long at, long bytes) {
    if (bytes > 0) {
      free.put(at, bytes);
    }
  }

  /// Most bytes reserved at a time.
  public synchronized long bytes() {
    return end;
  }

  public synchronized void write(long at, float[] values) {
    for (int from = 0; from < values.length; from += CHUNK / Float.BYTES) {
      int count = Math.min(CHUNK / Float.BYTES, values.length - from);
      chunk.clear().asFloatBuffer().put(values, from, count);
      put(at + (long) from * Float.BYTES, count * Float.BYTES);
    }
  }

  public synchronized void read(long at, float[] values) {
    for (int from = 0; from < values.length; from += CHUNK / Float.BYTES) {
      int count = Math.min(CHUNK / Float.BYTES, values.length - from);
      get(at + (long) from * Float.BYTES, count * Float.BYTES);
      chunk.asFloatBuffer().get(values, from, count);
    }
  }

  public synchronized void write(long at, double[] values) {
    for (int from = 0; from < values.length; from += CHUNK / Double.BYTES) {
      int count = Math.min(CHUNK / Double.BYTES, values.length - from);
      chunk.clear().asDoubleBuffer().put(values, from, count);
      put(at + (long) from * Double.BYTES, count * Double.BYTES);
    }
  }

  public synchronized void read(long at, double[] values) {
    for (int from = 0; from < values.length; from += CHUNK / Double.BYTES) {
      int count = Math.min(CHUNK / Double.BYTES, values.length - from);
      get(at + (long) from * Double.BYTES, count * Double.BYTES);
      chunk.asDoubleBuffer().get(values, from, count);
    }
  }

  private void put(long at, int bytes) {
    chunk.position(0).limit(bytes);
    try {
      while (chunk.hasRemaining()) {
        channel.write(chunk, at + chunk.position());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void get(long at, int bytes) {
    chunk.position(0).limit(bytes);
    try {
      while (chunk.hasRemaining()) {
        if (channel.read(chunk, at + chunk.position()) < 0) {
          throw new IllegalStateException("spill file: read at %d before written".formatted(at));
        }
      }
      chunk.flip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Deletes the file.
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
