package cadj.tensor.safetensors;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.StoredElements;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.MappedFile;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A safetensors file, mapped whole into memory (files beyond 2 GB too) and checked when opened.
///
/// Raw segments end with [#close].
public final class SafetensorsFile implements Checkpoint {
  private static final int LARGE = 1 << 16; // bytes

  private final MappedFile file;
  private final SafetensorsHeader header;

  private SafetensorsFile(MappedFile file, SafetensorsHeader header) {
    this.file = file;
    this.header = header;
  }

  /// @throws FileFormatException if there is no such file or it breaks a rule of the format
  public static SafetensorsFile open(Path path) {
    MappedFile file = MappedFile.open(path);
    boolean opened = false;
    try {
      SafetensorsHeader header = SafetensorsHeader.parse(path, file.bytes());
      opened = true;
      return new SafetensorsFile(file, header);
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  @Override
  public Path path() {
    return file.path();
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
  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /// @throws FileFormatException if there is no such metadata
  public String metadata(String key) {
    String value = header.metadata().get(key);
    if (value == null) {
      throw new FileFormatException(path(), "__metadata__." + key, "this key", "no such key");
    }
    return value;
  }

  /// @throws FileFormatException if there is no tensor of that name
  public SafetensorsEntry entry(String name) {
    @Nullable SafetensorsEntry entry = header.entries().get(name);
    if (entry == null) {
      throw new FileFormatException(path(), name, "this tensor", "none of that name");
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

  @Override
  public Optional<Extent> extent(String name) {
    return Optional.of(new Extent(path(), header.dataStart() + entry(name).begin()));
  }

  /// The stored bytes, little-endian, read-only, readable from any thread until [#close].
  public MemorySegment raw(String name) {
    SafetensorsEntry entry = entry(name);
    return file.bytes().asSlice(header.dataStart() + entry.begin(), entry.end() - entry.begin());
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
    return new TreeSet<>(Set.of(path()));
  }

  /// Unmaps the file.
  @Override
  public void close() {
    file.close();
  }

  @Override
  public String toString() {
    return "SafetensorsFile(%s, %d tensors)".formatted(path(), names().size());
  }
}
