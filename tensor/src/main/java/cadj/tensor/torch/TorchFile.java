package cadj.tensor.torch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.StoredElements;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.MappedFile;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// A file that `torch.save` wrote, since 1.6 ([TorchZip]) or before ([TorchLegacy]): mapped whole,
/// and checked when opened. Names and what is read as metadata: [StateDict].
///
/// Every view is held to its storage and every storage to the file before a tensor is made. A
/// pickle that names anything but tensors and plain values is refused by that name.
public final class TorchFile implements Checkpoint {
  private static final byte[] ZIP = {'P', 'K'};

  private final MappedFile file;
  private final Storages storages;
  private final Map<String, TensorRef> tensors;
  private final Map<String, String> metadata;

  private TorchFile(MappedFile file, Content content) {
    this.file = file;
    storages = content.storages;
    tensors = Collections.unmodifiableMap(content.found.tensors());
    metadata = Collections.unmodifiableMap(content.found.metadata());
  }

  /// Whether a file that begins with these bytes (16 are enough) is one of `torch.save`, or a zip
  /// archive.
  public static boolean begins(MemorySegment bytes) {
    return TorchLegacy.begins(bytes) || isZip(bytes);
  }

  /// Reads a pickle that `torch.save` did not write, for what it names besides tensors and plain
  /// values.
  ///
  /// @throws FileFormatException naming that, or what is damaged
  public static void refuseOtherGlobals(Path path) {
    try (MappedFile file = MappedFile.open(path)) {
      Pickle.read(new PickleBytes(path, "", file.bytes()), new HashMap<>());
    }
  }

  private static boolean isZip(MemorySegment bytes) {
    return bytes.byteSize() >= ZIP.length
        && bytes.get(JAVA_BYTE, 0) == ZIP[0]
        && bytes.get(JAVA_BYTE, 1) == ZIP[1];
  }

  /// @throws FileFormatException if there is no such file, it is damaged, or it holds anything but
  ///   tensors and plain values
  public static TorchFile open(Path path) {
    MappedFile file = MappedFile.open(path);
    boolean opened = false;
    try {
      Content content = Content.of(path, file.bytes());
      opened = true;
      return new TorchFile(file, content);
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  /// What is in a file, checked.
  record Content(Storages storages, StateDict found) {
    /// @param bytes the whole file
    static Content of(Path path, MemorySegment bytes) {
      Content content;
      if (TorchLegacy.begins(bytes)) {
        TorchLegacy legacy = TorchLegacy.open(path, bytes);
        long size = Math.min(bytes.byteSize(), Pickle.MOST_BYTES);
        content = new Content(legacy, StateDict.of(path, legacy.object(), size));
      } else if (isZip(bytes)) {
        TorchZip zip = TorchZip.open(path, bytes);
        PickleBytes pickle = zip.pickle();
        PickleValue object = Pickle.read(pickle, new HashMap<>());
        content = new Content(zip, StateDict.of(path, object, pickle.size()));
      } else {
        throw new FileFormatException(path, "", "a file that torch.save wrote", "another");
      }
      content.check(path);
      return content;
    }

    private void check(Path path) {
      found
          .tensors()
          .forEach(
              (name, tensor) -> {
                storages.check(tensor.storage(), name);
                tensor.check(path, name);
              });
    }
  }

  @Override
  public Path path() {
    return file.path();
  }

  /// In the order in which they were saved.
  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  private TensorRef ref(String name) {
    TensorRef tensor = tensors.get(name);
    if (tensor == null) {
      throw new FileFormatException(path(), name, "this tensor", "none of that name");
    }
    return tensor;
  }

  @Override
  public List<Long> dims(String name) {
    return ref(name).dims();
  }

  @Override
  public DType dtype(String name) {
    return ref(name).storage().dtype();
  }

  @Override
  public Tensor tensor(String name) {
    TensorRef ref = ref(name);
    Shape shape = shape(name);
    DType stored = dtype(name);
    Tensor tensor = Scope.outside(() -> Tensor.empty(StoredElements.widened(stored), shape));
    long bytes = (long) shape.elements() * stored.bytes();
    if (bytes == 0) {
      return tensor;
    }
    MemorySegment storage = storages.bytes(ref.storage());
    if (ref.isContiguous()) {
      StoredElements.read(tensor.denseBuffer(), storage.asSlice(ref.begin(), bytes), stored);
    } else {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment ordered = arena.allocate(bytes, Long.BYTES);
        ref.gather(ordered, storage);
        StoredElements.read(tensor.denseBuffer(), ordered, stored);
      }
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
    return "TorchFile(%s, %d tensors)".formatted(path(), names().size());
  }
}
