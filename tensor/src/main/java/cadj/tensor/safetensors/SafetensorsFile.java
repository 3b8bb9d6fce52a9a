package cadj.tensor.safetensors;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A safetensors file, mapped whole into memory (files beyond 2 GB too) and checked when opened.
///
/// Raw segments end with [#close].
public final class SafetensorsFile implements Checkpoint {
  private static final int LARGE = 1 << 16; // bytes

  private final Path path;
  private final Arena arena;
  private final MemorySegment bytes;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, Arena arena, MemorySegment bytes, SafetensorsHeader header) {
    this.path = path;
    this.arena = arena;
    this.bytes = bytes;
    this.header = header;
  }

  /// @throws FileFormatException if there is no such file or it breaks a rule of the format
  @SuppressWarnings("MustBeClosed") // the arena lives as long as the file
  public static SafetensorsFile open(Path path) {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try {
      MemorySegment bytes = map(path, arena);
      SafetensorsHeader header = SafetensorsHeader.parse(path, bytes);
      opened = true;
      return new SafetensorsFile(path, arena, bytes, header);
    } catch (IOException e) {
      throw FileFormatException.unreadable(path, e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /// Maps a file of the machine; a file inside a jar is read instead.
  private static MemorySegment map(Path path, Arena arena) throws IOException {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      byte[] content = Files.readAllBytes(path);
      MemorySegment copy = arena.allocate(Math.max(1, content.length), Long.BYTES);
      return copy.asSlice(0, content.length).copyFrom(MemorySegment.ofArray(content));
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  @Override
  public Path path() {
    return path;
  }

  /// In the header's order.
  @Override
  public Set<String> names() {
    return header.entries().keySet();
  }

  @Override
  public boolean contains(String name) {
    return header.entries().containsKey(name);
  }

  /// The free text of `__metadata__`.
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /// @throws FileFormatException if there is no such metadata
  public String metadata(String key) {
    String value = header.metadata().get(key);
    if (value == null) {
      throw new FileFormatException(path, "__metadata__." + key, "this key", "no such key");
    }
    return value;
  }

  /// @throws FileFormatException if there is no tensor of that name
  public SafetensorsEntry entry(String name) {
    @Nullable SafetensorsEntry entry = header.entries().get(name);
    if (entry == null) {
      throw new FileFormatException(path, name, "this tensor", "none of that name");
    }
    return entry;
  }

  @Override
  public List<Long> dims(String name) {
    return entry(name).dims();
  }

  @Override
  public DType dtype(String name) {
    return entry(name).dtype();
  }

  /// The stored bytes, little-endian, read-only, readable from any thread until [#close].
  public MemorySegment raw(String name) {
    SafetensorsEntry entry = entry(name);
    return bytes.asSlice(header.dataStart() + entry.begin(), entry.end() - entry.begin());
  }

  @Override
  public Tensor tensor(String name) {
    Shape shape = shape(name);
    DType stored = dtype(name);
    Tensor tensor = Scope.outside(() -> Tensor.empty(StoredElements.widened(stored), shape));
    MemorySegment raw = raw(name);
    StoredElements.read(tensor.denseBuffer(), raw, stored);
    if (raw.isMapped() && raw.byteSize() >= LARGE) {
      raw.unload(); // the system keeps the file's pages, but not in this process's memory
    }
    return tensor;
  }

  @Override
  public SortedSet<Path> files() {
    return new TreeSet<>(Set.of(path));
  }

  /// Unmaps the file.
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return "SafetensorsFile(%s, %d tensors)".formatted(path, names().size());
  }
}
