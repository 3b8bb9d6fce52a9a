package cadj.tensor.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A whole file in memory, read-only, files beyond 2 GB too: mapped, or read if it lies in a jar.
///
/// Segments end with [#close], which may be called twice; any thread may read them before.
public final class MappedFile implements AutoCloseable {
  private final Path path;
  private final Arena arena;
  private final MemorySegment bytes;

  private MappedFile(Path path, Arena arena, MemorySegment bytes) {
    this.path = path;
    this.arena = arena;
    this.bytes = bytes;
  }

  /// @throws FileFormatException if there is no such file, or it cannot be read
  @SuppressWarnings("MustBeClosed") // the arena lives as long as the file
  public static MappedFile open(Path path) {
    ReadableFile.require(path);
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try {
      MappedFile file = new MappedFile(path, arena, map(path, arena));
      opened = true;
      return file;
    } catch (IOException e) {
      throw FileFormatException.unreadable(path, e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  private static MemorySegment map(Path path, Arena arena) throws IOException {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      byte[] content = Files.readAllBytes(path);
      MemorySegment copy = arena.allocate(Math.max(1, content.length), Long.BYTES);
      return copy.asSlice(0, content.length).copyFrom(MemorySegment.ofArray(content)).asReadOnly();
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  public Path path() {
    return path;
  }

  /// All of it.
  public MemorySegment bytes() {
    return bytes;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
